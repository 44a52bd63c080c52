import { SystemClock, type Clock } from '@manga-assist/foundation';
import type { ChatTickets } from '../credentials.ts';
import { StoredChatTickets } from '../tickets/stored-chat-tickets.ts';
import type { StoredTicket } from '../tickets/ticket.ts';
import type { TicketStore } from '../tickets/ticket-store.ts';

/** Tickets of this process only. */
export function inMemoryChatTickets(clock: Clock = new SystemClock()): ChatTickets {
  const store = new InMemoryTicketStore();
  return new StoredChatTickets({ fast: store, safe: store }, clock, (error) => error as Error);
}

export class InMemoryTicketStore implements TicketStore {
  readonly #tickets = new Map<string, StoredTicket>();

  async put(ticketHash: string, ticket: StoredTicket): Promise<void> {
    this.#tickets.set(ticketHash, ticket);
  }

  async take(ticketHash: string): Promise<StoredTicket | undefined> {
    const ticket = this.#tickets.get(ticketHash);
    this.#tickets.delete(ticketHash);
    return ticket;
  }

  async close(): Promise<void> {}
}
