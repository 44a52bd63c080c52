import type { Redis } from 'ioredis';
import { TICKET_SECONDS, type StoredTicket } from '../tickets/ticket.ts';
import type { TicketStore } from '../tickets/ticket-store.ts';

const PREFIX = 'manga:identity:ticket:v1:';

/** Tickets in Redis, which forgets them by itself. GETDEL is one step, so a ticket is taken once. */
export class RedisTicketStore implements TicketStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async put(ticketHash: string, ticket: StoredTicket): Promise<void> {
    await this.#redis.set(PREFIX + ticketHash, JSON.stringify(ticket), 'EX', TICKET_SECONDS);
  }

  async take(ticketHash: string): Promise<StoredTicket | undefined> {
    const stored = await this.#redis.getdel(PREFIX + ticketHash);
    return stored === null ? undefined : (JSON.parse(stored) as StoredTicket);
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}
