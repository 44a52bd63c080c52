import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import type { CacheStore } from '../cache-store.ts';

export interface CacheStoreUnderTest {
  store: CacheStore;
  /** Moves the store's clock, where it has one of its own; a server's time passes by itself. */
  advance(milliseconds: number): void;
  close(): Promise<void>;
}

/** What every CacheStore does when it is well. */
export function cacheStoreContract(open: () => Promise<CacheStoreUnderTest>): void {
  describe('as a CacheStore', () => {
    let subject: CacheStoreUnderTest;

    beforeEach(async () => {
      subject = await open();
      await until('the store to answer', async () => {
        await subject.store.set('probe', '1', 60);
        return (await subject.store.get('probe')) === '1';
      });
    });

    afterEach(() => subject.close());

    it('remembers text under a key', async () => {
      await subject.store.set('a', '鬼滅の刃 𠮷 "quoted"\n', 60);

      expect(await subject.store.get('a')).toBe('鬼滅の刃 𠮷 "quoted"\n');
    });

    it('knows nothing of other keys', async () => {
      await subject.store.set('a', 'one', 60);

      expect(await subject.store.get('b')).toBeUndefined();
    });

    it('replaces what it remembered', async () => {
      await subject.store.set('a', 'one', 60);
      await subject.store.set('a', 'two', 60);

      expect(await subject.store.get('a')).toBe('two');
    });

    it('tells empty text from nothing', async () => {
      await subject.store.set('a', '', 60);

      expect(await subject.store.get('a')).toBe('');
    });

    it('forgets when told to', async () => {
      await subject.store.set('a', 'one', 60);
      await subject.store.delete('a');

      expect(await subject.store.get('a')).toBeUndefined();
    });

    it('forgets when the time is over', async () => {
      await subject.store.set('a', 'one', 0.05);
      await subject.store.set('b', 'two', 60);

      await until('the end of the first', async () => {
        subject.advance(60);
        return (await subject.store.get('a')) === undefined;
      });

      expect(await subject.store.get('b')).toBe('two');
    });

    it('remembers nothing for no time at all', async () => {
      await subject.store.set('a', 'one', 60);
      await subject.store.set('a', 'two', 0);

      expect(await subject.store.get('a')).toBeUndefined();
    });
  });
}
