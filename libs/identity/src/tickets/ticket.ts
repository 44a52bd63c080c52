import { hash, randomBytes } from 'node:crypto';
import type { Principal } from '../principal.ts';

export const TICKET_SECONDS = 30;

/** What a ticket stands for, as it is stored under the ticket's hash. */
export interface StoredTicket {
  principal: Pick<Principal, 'tenantId' | 'subject' | 'scopes'>;
  origin: string | null;
  /** Unix milliseconds. Stores forget on their own, but not to the second. */
  expiresAtMs: number;
}

/** 32 random bytes in base64url. */
export function newTicket(): string {
  return randomBytes(32).toString('base64url');
}

const FORM = /^[\w-]{43}$/;

/** Only the hash is stored; undefined when this cannot be a ticket. */
export function ticketHash(ticket: string): string | undefined {
  return FORM.test(ticket) ? hash('sha256', ticket, 'hex') : undefined;
}

/** Whose ticket it was; undefined when it came too late or from somewhere else. */
export function holderOf(stored: StoredTicket | undefined, origin: string | undefined, nowMs: number): Principal | undefined {
  if (stored === undefined || stored.expiresAtMs <= nowMs || stored.origin !== (origin ?? null)) return undefined;
  const { tenantId, subject, scopes } = stored.principal;
  return { tenantId, subject, scopes, kind: 'ticket' };
}
