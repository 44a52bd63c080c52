import { CacheStore } from '../cache-store.ts';

/** A shared tier that is never there: every read a miss, every write lost. */
export class UnreachableCacheStore extends CacheStore {
  get(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  set(): Promise<void> {
    return Promise.resolve();
  }

  delete(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
