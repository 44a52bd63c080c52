import type { StoredTicket } from './ticket.ts';

/** Where tickets lie until they are used. Internal: a failure throws whatever the store threw. */
export interface TicketStore {
  put(ticketHash: string, ticket: StoredTicket): Promise<void>;
  /** Removes and returns it in one step, so that of two who take only one gets it. */
  take(ticketHash: string): Promise<StoredTicket | undefined>;
  close(): Promise<void>;
}
