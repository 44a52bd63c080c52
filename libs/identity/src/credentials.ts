import type { Principal, Scope } from './principal.ts';

/** Partners' and back ends' API keys: hashed at rest, revocable within seconds. */
export abstract class ApiKeys {
  /** Undefined when the key is unknown, revoked or expired; all take the same time. Error `unavailable` `identity.unavailable`. */
  abstract verify(apiKey: string, signal: AbortSignal): Promise<Principal | undefined>;
  abstract close(): Promise<void>;
}

/** Single-use WebSocket tickets, so that a browser never holds a key. */
export abstract class ChatTickets {
  /** A new ticket (32 random bytes in base64url), valid once and for 30 seconds. */
  abstract issue(principal: Principal, origin: string | undefined): Promise<{ ticket: string; expiresInSeconds: number }>;
  /** Uses the ticket up. Undefined when it is unknown, used, late or bound to another origin. */
  abstract redeem(ticket: string, origin: string | undefined): Promise<Principal | undefined>;
  abstract close(): Promise<void>;
}

export interface ServiceTokenClaims {
  /** The caller on whose behalf the service acts. */
  principal: Pick<Principal, 'tenantId' | 'subject' | 'scopes'>;
  turnId: string;
}

/** 30-second tokens between our services: who is asking, signed by the service that knows. */
export abstract class ServiceTokens {
  abstract sign(claims: ServiceTokenClaims): Promise<string>;
  /** Throws `unauthenticated` `identity.service-token`. */
  abstract verify(token: string): Promise<ServiceTokenClaims>;
}

export function hasScope(principal: Pick<Principal, 'scopes'>, scope: Scope): boolean {
  return principal.scopes.includes(scope);
}
