import { AppError } from '@manga-assist/foundation';
import { hasScope, type ApiKeys, type Scope, type ServiceTokens } from '@manga-assist/identity';
import type { FastifyRequest } from 'fastify';
import type { Access } from './access.ts';

/** No credential of ours is longer; longer ones are not even hashed. */
const LONGEST_CREDENTIAL = 8_192;
const BEARER = /^Bearer +([^\s]+)$/i;

/** Looking up a key has a deadline of its own and is shared between requests, so no request's end concerns it. */
const UNTIL_ANSWERED = new AbortController().signal;

export interface DoorkeeperParts {
  apiKeys: ApiKeys | undefined;
  serviceTokens: ServiceTokens | undefined;
  /** The kinds of access that the service's routes ask for. */
  wanted: ReadonlySet<Access['kind']>;
}

/** Lets a request in, or throws `unauthenticated` or `forbidden`, before its body is read. */
export class Doorkeeper {
  readonly #apiKeys: ApiKeys | undefined;
  readonly #serviceTokens: ServiceTokens | undefined;

  /** Throws when routes want a credential that nobody can check. */
  constructor({ apiKeys, serviceTokens, wanted }: DoorkeeperParts) {
    if (wanted.has('scope') && apiKeys === undefined) throw new Error('@RequireScope needs a provider of ApiKeys.');
    if (wanted.has('service-token') && serviceTokens === undefined) throw new Error('@RequireServiceToken needs a provider of ServiceTokens.');
    this.#apiKeys = apiKeys;
    this.#serviceTokens = serviceTokens;
  }

  async admit(request: FastifyRequest, access: Exclude<Access, { kind: 'public' }>): Promise<void> {
    if (access.kind === 'scope') await this.#admitCaller(request, access.scope);
    else await this.#admitService(request);
  }

  async #admitCaller(request: FastifyRequest, scope: Scope): Promise<void> {
    const apiKey = request.headers['x-api-key'] ?? bearerOf(request);
    if (apiKey === undefined || apiKey === '') {
      throw new AppError('unauthenticated', 'request.missing-key', 'An API key is needed, as x-api-key or Authorization: Bearer.');
    }
    const principal = typeof apiKey === 'string' && apiKey.length <= LONGEST_CREDENTIAL ? await this.#apiKeys?.verify(apiKey, UNTIL_ANSWERED) : undefined;
    if (principal === undefined) throw new AppError('unauthenticated', 'request.wrong-key', 'The API key is unknown, revoked or expired.');
    if (!hasScope(principal, scope)) {
      throw new AppError('forbidden', 'request.missing-scope', `The API key lacks the scope ${scope}.`);
    }
    request.caller = principal;
  }

  async #admitService(request: FastifyRequest): Promise<void> {
    const token = bearerOf(request);
    if (token === undefined) throw new AppError('unauthenticated', 'request.missing-service-token', 'A service token is needed.');
    if (token.length > LONGEST_CREDENTIAL || this.#serviceTokens === undefined) {
      throw new AppError('unauthenticated', 'identity.service-token', 'The service token is not valid.');
    }
    request.serviceCaller = await this.#serviceTokens.verify(token);
  }
}

function bearerOf(request: FastifyRequest): string | undefined {
  return BEARER.exec(request.headers.authorization ?? '')?.[1];
}
