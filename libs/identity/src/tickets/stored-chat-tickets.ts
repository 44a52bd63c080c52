import type { Clock } from '@manga-assist/foundation';
import { ChatTickets } from '../credentials.ts';
import type { Principal } from '../principal.ts';
import { holderOf, newTicket, TICKET_SECONDS, ticketHash, type StoredTicket } from './ticket.ts';
import type { TicketStore } from './ticket-store.ts';

/**
 * Tickets in a fast store, or in a safe one while the fast one is down. Each ticket lies in exactly
 * one of them, so it stays single-use whatever fails.
 */
export class StoredChatTickets extends ChatTickets {
  readonly #fast: TicketStore;
  readonly #safe: TicketStore;
  readonly #clock: Clock;
  readonly #toError: (error: unknown) => Error;

  constructor(stores: { fast: TicketStore; safe: TicketStore }, clock: Clock, toError: (error: unknown) => Error) {
    super();
    this.#fast = stores.fast;
    this.#safe = stores.safe;
    this.#clock = clock;
    this.#toError = toError;
  }

  async issue({ tenantId, subject, scopes }: Principal, origin: string | undefined): Promise<{ ticket: string; expiresInSeconds: number }> {
    const stored: StoredTicket = {
      principal: { tenantId, subject, scopes },
      origin: origin ?? null,
      expiresAtMs: this.#clock.nowMs() + TICKET_SECONDS * 1_000,
    };
    const ticket = newTicket();
    try {
      await this.#fast.put(ticketHash(ticket) ?? '', stored);
      return { ticket, expiresInSeconds: TICKET_SECONDS };
    } catch {
      // The first ticket may have been stored after all, so it is thrown away with its store's answer.
      return { ticket: await this.#issueSafely(stored), expiresInSeconds: TICKET_SECONDS };
    }
  }

  async #issueSafely(stored: StoredTicket): Promise<string> {
    const ticket = newTicket();
    try {
      await this.#safe.put(ticketHash(ticket) ?? '', stored);
      return ticket;
    } catch (error) {
      throw this.#toError(error);
    }
  }

  async redeem(ticket: string, origin: string | undefined): Promise<Principal | undefined> {
    const hash = ticketHash(ticket);
    if (hash === undefined) return undefined;
    const stored = (await this.#fast.take(hash).catch(() => undefined)) ?? (await this.#takeSafely(hash));
    return holderOf(stored, origin, this.#clock.nowMs());
  }

  async #takeSafely(hash: string): Promise<StoredTicket | undefined> {
    try {
      return await this.#safe.take(hash);
    } catch (error) {
      throw this.#toError(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#fast.close(), this.#safe.close()]);
  }
}
