import { SystemClock, type Clock } from '@manga-assist/foundation';
import { CircuitBreaker } from '@manga-assist/resilience';
import { Redis } from 'ioredis';
import { CacheStore } from '../cache-store.ts';

/** The two levels this library writes; any structured logger fits. */
export interface CacheLogger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

export interface RedisCacheOptions {
  /** `redis://host:port`, `rediss://` for TLS. */
  url: string;
  logger?: CacheLogger;
  clock?: Clock;
}

/** The most a caller waits for Redis. Reading costs well under a millisecond when it is well. */
const COMMAND_TIMEOUT_MS = 50;
/** Failures in a row before Redis is left alone: so nobody's callers wait more than 250 ms in all. */
const MOST_FAILURES = 5;
const LEFT_ALONE_MS = 1_000;
/** A connection that owes an answer for so long is given up: the peer may be gone without a word. */
const SOCKET_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 1_000;
const MOST_BETWEEN_CONNECTS_MS = 2_000;

/** Opens the shared tier. Returns at once: the connection is made, and made again, in the background. */
export function openRedisCacheStore(options: RedisCacheOptions): CacheStore {
  return new RedisCacheStore(options);
}

class RedisCacheStore extends CacheStore {
  readonly #redis: Redis;
  readonly #breaker: CircuitBreaker;
  readonly #logger: CacheLogger | undefined;
  #answers = true;

  constructor({ url, logger, clock = new SystemClock() }: RedisCacheOptions) {
    super();
    this.#logger = logger;
    this.#redis = new Redis(url, {
      // With its defaults ioredis keeps commands for a server that is not there, and callers wait with them.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // ioredis waits this long for the end of a connection, also of one that has ended already.
      disconnectTimeout: 100,
      retryStrategy: (times) => Math.min(times * 100, MOST_BETWEEN_CONNECTS_MS),
    });
    // Without a listener ioredis prints every failed connection; the breaker's change says it once.
    this.#redis.on('error', () => {});
    this.#breaker = new CircuitBreaker({
      clock,
      window: MOST_FAILURES,
      minimumOutcomes: MOST_FAILURES,
      failureShare: 1,
      openMs: LEFT_ALONE_MS,
    });
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#attempt(() => this.#redis.get(key))) ?? undefined;
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    const ttlMs = Math.floor(ttlSeconds * 1000);
    if (ttlMs > 0) await this.#attempt(() => this.#redis.set(key, value, 'PX', ttlMs));
    else await this.delete(key);
  }

  async delete(key: string): Promise<void> {
    await this.#attempt(() => this.#redis.del(key));
  }

  close(): Promise<void> {
    this.#redis.disconnect();
    return Promise.resolve();
  }

  /** What Redis answers; undefined when it fails, is late, or had better be left alone. */
  async #attempt<T>(command: () => Promise<T>): Promise<T | undefined> {
    const passage = this.#breaker.enter();
    if (passage === undefined) return undefined;
    try {
      const answer = await command();
      passage.succeeded();
      return answer;
    } catch (error) {
      // Redis answered, if only to refuse: a value of the wrong type says nothing about its health.
      if ((error as Error | null)?.name === 'ReplyError') passage.succeeded();
      else passage.failed();
      return undefined;
    } finally {
      this.#tell();
    }
  }

  #tell(): void {
    const answers = this.#breaker.state.state === 'closed';
    if (answers === this.#answers) return;
    this.#answers = answers;
    if (answers) this.#logger?.info({ store: 'redis' }, 'the shared cache answers again');
    else this.#logger?.warn({ store: 'redis' }, 'the shared cache does not answer: going on without it');
  }
}
