import { SystemClock, type Clock } from '@manga-assist/foundation';
import { CircuitBreaker } from '@manga-assist/resilience';
import { Redis } from 'ioredis';
import type { CallLogger } from '../call-logger.ts';
import { MemoryQuotaLedger } from '../quota/memory-quota-ledger.ts';
import { QuotaLedger, type QuotaAnswer, type QuotaBudget } from '../quota/quota-ledger.ts';
import { RESERVE, SETTLE } from './quota-script.ts';

export interface RedisQuotaLedgerOptions {
  /** `redis://host:port`, `rediss://` for TLS. */
  url: string;
  logger?: CallLogger;
  /** Part of the budget that one instance allows itself while Redis is away. Default 0.25: safe for four instances. */
  aloneShare?: number;
  /** The most a call waits for Redis; the script takes a fraction of a millisecond. Default 50. */
  timeoutMs?: number;
  /** Only for tests: otherwise Redis's own clock counts, which all instances share. */
  clock?: Clock;
}

const PREFIX = 'manga:bedrock:quota:v1:';
const CONNECT_TIMEOUT_MS = 1_000;
const MOST_BETWEEN_CONNECTS_MS = 2_000;
/** After three failures in a row Redis is left alone for a second. */
const MOST_FAILURES = 3;
const LEFT_ALONE_MS = 1_000;

/** Opens the count that all instances share. Returns at once: the connection is made, and made again, in the background. */
export function openRedisQuotaLedger(options: RedisQuotaLedgerOptions): QuotaLedger {
  return new RedisQuotaLedger(options);
}

class RedisQuotaLedger extends QuotaLedger {
  readonly #redis: Redis;
  readonly #breaker: CircuitBreaker;
  readonly #alone: MemoryQuotaLedger;
  readonly #aloneShare: number;
  readonly #clock: Clock | undefined;
  readonly #logger: CallLogger | undefined;
  #isAlone = false;

  constructor({ url, logger, clock, aloneShare = 0.25, timeoutMs = 50 }: RedisQuotaLedgerOptions) {
    super();
    if (!(aloneShare > 0 && aloneShare <= 1)) throw new RangeError('aloneShare is above 0 and at most 1');
    this.#logger = logger;
    this.#clock = clock;
    this.#aloneShare = aloneShare;
    this.#alone = new MemoryQuotaLedger({ clock: clock ?? new SystemClock() });
    this.#breaker = new CircuitBreaker({
      clock: clock ?? new SystemClock(),
      window: MOST_FAILURES,
      minimumOutcomes: MOST_FAILURES,
      failureShare: 1,
      openMs: LEFT_ALONE_MS,
    });
    this.#redis = new Redis(url, {
      // With its defaults ioredis keeps commands for a server that is not there, and callers wait with them.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: timeoutMs,
      connectTimeout: CONNECT_TIMEOUT_MS,
      disconnectTimeout: 100,
      retryStrategy: (times) => Math.min(times * 100, MOST_BETWEEN_CONNECTS_MS),
    });
    // Without a listener ioredis prints every failed connection.
    this.#redis.on('error', () => {});
  }

  async reserve(modelId: string, tokens: number, budget: QuotaBudget): Promise<QuotaAnswer> {
    const reserved = Math.ceil(Math.min(tokens, budget.tokensPerMinute));
    const nowMs = this.#clock?.nowMs() ?? '';
    const answer = await this.#attempt(() => this.#redis.eval(RESERVE, 1, PREFIX + modelId, reserved, budget.tokensPerMinute, budget.requestsPerMinute, nowMs));
    this.#tell(answer === undefined);
    if (!Array.isArray(answer)) return this.#alone.reserve(modelId, tokens, this.#shareOf(budget));
    const [isAdmitted, value] = answer.map(Number);
    if (isAdmitted !== 1 || value === undefined) return { admitted: false, waitMs: value ?? LEFT_ALONE_MS };
    let isSettled = false;
    const settle = (used: number) => {
      if (isSettled) return;
      isSettled = true;
      const difference = Math.ceil(used) - reserved;
      if (difference !== 0) void this.#attempt(() => this.#redis.eval(SETTLE, 1, PREFIX + modelId, value, difference));
    };
    return { admitted: true, settle };
  }

  close(): Promise<void> {
    this.#redis.disconnect();
    return Promise.resolve();
  }

  #shareOf({ tokensPerMinute, requestsPerMinute }: QuotaBudget): QuotaBudget {
    return {
      tokensPerMinute: Math.max(1, Math.floor(tokensPerMinute * this.#aloneShare)),
      requestsPerMinute: Math.max(1, Math.floor(requestsPerMinute * this.#aloneShare)),
    };
  }

  /** What Redis answers; undefined when it fails, is late, or had better be left alone. */
  async #attempt(command: () => Promise<unknown>): Promise<unknown> {
    const passage = this.#breaker.enter();
    if (passage === undefined) return undefined;
    try {
      const answer = await command();
      passage.succeeded();
      return answer;
    } catch {
      passage.failed();
      return undefined;
    }
  }

  #tell(isAlone: boolean): void {
    if (isAlone === this.#isAlone) return;
    this.#isAlone = isAlone;
    this.#logger?.warn({ store: 'redis' }, isAlone ? 'the shared quota cannot be reached: this instance counts for itself' : 'the shared quota is counted again');
  }
}
