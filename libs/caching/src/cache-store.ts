/**
 * Remembers text under a key for a while. It may forget at any time, and it never makes an answer
 * fail or wait: an unreachable, slow or corrupt store is a miss.
 */
export abstract class CacheStore {
  abstract get(key: string): Promise<string | undefined>;
  abstract set(key: string, value: string, ttlSeconds: number): Promise<void>;
  abstract delete(key: string): Promise<void>;
  abstract close(): Promise<void>;
}
