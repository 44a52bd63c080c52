import { SystemClock, type Clock, type Json } from '@manga-assist/foundation';
import type { CacheStore } from './cache-store.ts';
import { Flight } from './flight.ts';
import type { MemoryCacheStore } from './memory/memory-cache-store.ts';
import { decodeStored, encodeStored } from './stored-value.ts';

/** Where an answer came from. `joined`: from a load that another caller had already begun. */
export type CacheOrigin = 'memory' | 'redis' | 'joined' | 'loaded';

export interface CachedAnswer<T> {
  value: T;
  origin: CacheOrigin;
}

export interface ResponseCacheOptions<T extends Json> {
  memory: MemoryCacheStore;
  /** The tier shared by all processes. */
  redis: CacheStore;
  /** The value when it has the right shape, else undefined, which is a miss: the store may hold anything. */
  read(value: unknown): T | undefined;
  clock?: Clock;
  /** 0 to 1, exclusive of 1. */
  random?: () => number;
}

export interface LoadOptions<T> {
  /** Only what this says true of is stored. Callers who wait for the same load get the value all the same. */
  isCacheable(value: T): boolean;
  /** Each value lives for this, more or less ten percent, so that neighbours do not expire together. */
  ttlSeconds: number;
  /** The caller's own: its abort ends this caller's waiting, and the load only when nobody else waits. */
  signal: AbortSignal;
  /** Called with each piece the load emits, those from before this caller joined included. */
  onPiece?(piece: string): void;
}

const JITTER = 0.1;

/**
 * Answers remembered in two tiers, with one load per key at a time in this process.
 *
 * A store that is down, slow or holds rubbish is a miss. A load that fails, fails for everyone who
 * waits for it, and nothing is stored.
 */
export class ResponseCache<T extends Json> {
  readonly #memory: MemoryCacheStore;
  readonly #redis: CacheStore;
  readonly #read: (value: unknown) => T | undefined;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #flights = new Map<string, Flight<CachedAnswer<T>, string>>();

  constructor({ memory, redis, read, clock = new SystemClock(), random = Math.random }: ResponseCacheOptions<T>) {
    this.#memory = memory;
    this.#redis = redis;
    this.#read = read;
    this.#clock = clock;
    this.#random = random;
  }

  /** The remembered answer, or the one that `load` makes. Rejects with the load's error or the signal's reason. */
  async getOrLoad(
    key: string,
    load: (signal: AbortSignal, emit: (piece: string) => void) => Promise<T>,
    options: LoadOptions<T>,
  ): Promise<CachedAnswer<T>> {
    options.signal.throwIfAborted();
    const remembered = this.#decode(key, this.#memory.read(key));
    if (remembered !== undefined) return { value: remembered.value, origin: 'memory' };

    const flying = this.#flights.get(key);
    if (flying !== undefined) {
      const answer = await flying.board(options.signal, options.onPiece);
      return answer.origin === 'loaded' ? { value: answer.value, origin: 'joined' } : answer;
    }
    return this.#takeOff(key, load, options).board(options.signal, options.onPiece);
  }

  #takeOff(
    key: string,
    load: (signal: AbortSignal, emit: (piece: string) => void) => Promise<T>,
    options: LoadOptions<T>,
  ): Flight<CachedAnswer<T>, string> {
    const land = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    const flight: Flight<CachedAnswer<T>, string> = new Flight(async (signal, emit) => {
      const text = await this.#redis.get(key);
      const shared = this.#decode(key, text);
      if (text !== undefined && shared !== undefined) {
        this.#remember(key, text, shared.expiresAtMs);
        return { value: shared.value, origin: 'redis' };
      }
      signal.throwIfAborted();
      const value = await load(signal, emit);
      if (options.isCacheable(value)) this.#store(key, value, options.ttlSeconds);
      return { value, origin: 'loaded' };
    }, land);
    this.#flights.set(key, flight);
    flight.landed.then(land, land);
    return flight;
  }

  #decode(key: string, text: string | undefined): { value: T; expiresAtMs: number } | undefined {
    if (text === undefined) return undefined;
    const stored = decodeStored(key, text, this.#clock.nowMs());
    const value = stored && this.#read(stored.value);
    return stored && value !== undefined ? { value, expiresAtMs: stored.expiresAtMs } : undefined;
  }

  #store(key: string, value: T, ttlSeconds: number): void {
    const jitteredSeconds = ttlSeconds * (1 + JITTER * (2 * this.#random() - 1));
    const expiresAtMs = Math.round(this.#clock.nowMs() + jitteredSeconds * 1000);
    const text = encodeStored(key, value, expiresAtMs);
    this.#remember(key, text, expiresAtMs);
    // Behind the caller: the answer does not wait for Redis, and a store never rejects.
    void this.#redis.set(key, text, jitteredSeconds);
  }

  #remember(key: string, text: string, expiresAtMs: number): void {
    void this.#memory.set(key, text, (expiresAtMs - this.#clock.nowMs()) / 1000);
  }
}
