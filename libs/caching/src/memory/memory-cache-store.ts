import { SystemClock, type Clock } from '@manga-assist/foundation';
import { CacheStore } from '../cache-store.ts';

export interface MemoryCacheOptions {
  mostEntries: number;
  /** Keys and values together, counted as two bytes a UTF-16 unit, which is the most V8 uses. */
  mostBytes: number;
  clock?: Clock;
}

interface Entry {
  value: string;
  bytes: number;
  expiresAtMs: number;
}

/** What the map and the entry cost besides their text. */
const ENTRY_OVERHEAD_BYTES = 128;

/** The tier in the process: bounded by entries and bytes, forgets the least recently used first. */
export class MemoryCacheStore extends CacheStore {
  // A Map keeps the order of insertion: the first entry is the one longest unused.
  readonly #entries = new Map<string, Entry>();
  readonly #mostEntries: number;
  readonly #mostBytes: number;
  readonly #clock: Clock;
  #bytes = 0;

  constructor(options: MemoryCacheOptions) {
    super();
    this.#mostEntries = options.mostEntries;
    this.#mostBytes = options.mostBytes;
    this.#clock = options.clock ?? new SystemClock();
  }

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.read(key));
  }

  /** `get` without the promise, for the hottest path. */
  read(key: string): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#remove(key, entry);
    if (entry.expiresAtMs <= this.#clock.nowMs()) return undefined;
    this.#add(key, entry);
    return entry.value;
  }

  set(key: string, value: string, ttlSeconds: number): Promise<void> {
    const previous = this.#entries.get(key);
    if (previous !== undefined) this.#remove(key, previous);
    const bytes = (key.length + value.length) * 2 + ENTRY_OVERHEAD_BYTES;
    if (ttlSeconds > 0 && bytes <= this.#mostBytes) {
      this.#add(key, { value, bytes, expiresAtMs: this.#clock.nowMs() + ttlSeconds * 1000 });
      this.#makeRoom();
    }
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#remove(key, entry);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#entries.clear();
    this.#bytes = 0;
    return Promise.resolve();
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  #makeRoom(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#mostEntries && this.#bytes <= this.#mostBytes) return;
      this.#remove(key, entry);
    }
  }
}
