import { describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { cacheStoreContract } from '../testing/index.ts';
import { MemoryCacheStore } from './memory-cache-store.ts';

const roomy = { mostEntries: 100, mostBytes: 100_000 };

describe('the cache in memory', () => {
  cacheStoreContract(() => {
    const clock = new StoppedClock();
    const store = new MemoryCacheStore({ ...roomy, clock });
    return Promise.resolve({
      store,
      advance: (milliseconds) => clock.advance(milliseconds),
      close: () => store.close(),
    });
  });

  it('forgets what was longest unused when it has too many entries', async () => {
    const store = new MemoryCacheStore({ ...roomy, mostEntries: 2 });
    await store.set('a', '1', 60);
    await store.set('b', '2', 60);
    await store.get('a');

    await store.set('c', '3', 60);

    expect([store.read('a'), store.read('b'), store.read('c')]).toEqual(['1', undefined, '3']);
  });

  it('forgets as much as it takes to stay within its bytes', async () => {
    const store = new MemoryCacheStore({ ...roomy, mostBytes: 1_000 });
    for (const key of ['a', 'b', 'c']) await store.set(key, '漫', 60);

    await store.set('d', '漫'.repeat(350), 60);

    expect(['a', 'b', 'c'].map((key) => store.read(key))).toEqual([undefined, undefined, '漫']);
    expect(store.read('d')).toHaveLength(350);
  });

  it('does not empty itself for one value larger than it is', async () => {
    const store = new MemoryCacheStore({ ...roomy, mostBytes: 1_000 });
    await store.set('a', 'small', 60);

    await store.set('b', 'x'.repeat(1_000), 60);

    expect([store.read('a'), store.read('b')]).toEqual(['small', undefined]);
  });
});
