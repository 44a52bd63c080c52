import { Redis } from 'ioredis';
import { SystemClock, type Clock } from '@manga-assist/foundation';
import { openDynamo } from '../aws/dynamo-client.ts';
import { toIdentityError } from '../aws/dynamo-errors.ts';
import { DynamoTicketStore } from '../aws/dynamo-ticket-store.ts';
import type { ChatTickets } from '../credentials.ts';
import { StoredChatTickets } from '../tickets/stored-chat-tickets.ts';
import { RedisTicketStore } from './redis-ticket-store.ts';

export interface RedisChatTicketsOptions {
  /** Such as `redis://127.0.0.1:4568`. */
  url: string;
  /** The DynamoDB table for when Redis is down. */
  table: string;
  clock?: Clock;
}

const COMMAND_TIMEOUT_MS = 50;
const LONGEST_RECONNECT_MS = 1_000;

/** Tickets in Redis, and in DynamoDB while Redis is down or slow. */
export function openRedisChatTickets({ url, table, clock = new SystemClock() }: RedisChatTicketsOptions): ChatTickets {
  const redis = new Redis(url, {
    // No command waits for a connection: without one the other store is used at once.
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 1_000,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_RECONNECT_MS),
  });
  // Its failures are seen by the commands; without a listener ioredis prints them.
  redis.on('error', () => undefined);
  return new StoredChatTickets({ fast: new RedisTicketStore(redis), safe: new DynamoTicketStore(openDynamo(), table) }, clock, toIdentityError);
}
