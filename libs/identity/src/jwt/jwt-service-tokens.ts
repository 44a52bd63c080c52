import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import { AppError } from '@manga-assist/foundation';
import { ServiceTokens, type ServiceTokenClaims } from '../credentials.ts';
import { SCOPES, type Scope } from '../principal.ts';

export interface ServiceTokensOptions {
  /** Shared by the services that sign and the one that verifies. */
  secret: string;
  /** The service that signs: `chat-gateway`. A service that only verifies says its own name. */
  issuer: string;
  /** The service that is asked. */
  audience?: string;
}

const TYPE = 'mangaassist-service+jwt';
const ALGORITHM = 'HS256';
const LIFETIME_SECONDS = 30;
/** Between two machines' clocks. */
const SKEW_SECONDS = 5;
const LONGEST_TOKEN = 8_192;
const HEADER = base64url({ alg: ALGORITHM, typ: TYPE });

class JwtServiceTokens extends ServiceTokens {
  readonly #secret: Uint8Array;
  readonly #signingKey: KeyObject;
  readonly #issuer: string;
  readonly #audience: string;

  constructor({ secret, issuer, audience = 'tool-service' }: ServiceTokensOptions) {
    super();
    this.#secret = new TextEncoder().encode(secret);
    this.#signingKey = createSecretKey(this.#secret);
    this.#issuer = issuer;
    this.#audience = audience;
  }

  /** Signed right here: WebCrypto, which jose uses, takes 25 times as long and a turn through the thread pool. */
  sign({ principal, turnId }: ServiceTokenClaims): Promise<string> {
    const issuedAt = Math.floor(Date.now() / 1_000);
    const claims = {
      tenant_id: principal.tenantId,
      scopes: principal.scopes,
      turn_id: turnId,
      iss: this.#issuer,
      aud: this.#audience,
      sub: principal.subject,
      iat: issuedAt,
      exp: issuedAt + LIFETIME_SECONDS,
    };
    const signed = `${HEADER}.${base64url(claims)}`;
    return Promise.resolve(`${signed}.${createHmac('sha256', this.#signingKey).update(signed).digest('base64url')}`);
  }

  async verify(token: string): Promise<ServiceTokenClaims> {
    if (token.length > LONGEST_TOKEN) throw refusal();
    const payload = await this.#payloadOf(token);
    const { sub, tenant_id: tenantId, turn_id: turnId, scopes } = payload;
    if (!isText(sub) || !isText(tenantId) || !isText(turnId) || !Array.isArray(scopes)) throw refusal();
    return { principal: { tenantId, subject: sub, scopes: scopes.filter(isScope) }, turnId };
  }

  async #payloadOf(token: string): Promise<Record<string, unknown>> {
    try {
      const { payload } = await jwtVerify(token, this.#secret, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        audience: this.#audience,
        requiredClaims: ['iss', 'sub', 'iat', 'exp'],
        maxTokenAge: LIFETIME_SECONDS,
        clockTolerance: SKEW_SECONDS,
      });
      return payload;
    } catch {
      // The reason is of use to a forger only.
      throw refusal();
    }
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function refusal(): AppError {
  return new AppError('unauthenticated', 'identity.service-token', 'The service token is not valid.');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isScope(value: unknown): value is Scope {
  return SCOPES.some((scope) => scope === value);
}

/** Service tokens as JWTs, HS256 with a shared secret, valid for 30 seconds. */
export function openServiceTokens(options: ServiceTokensOptions): ServiceTokens {
  return new JwtServiceTokens(options);
}
