import { afterEach, describe, expect, it } from '@jest/globals';
import { StoppedClock, until } from '@manga-assist/foundation/testing';
import { Redis } from 'ioredis';
import { cacheStoreContract, startGatedRedis } from '../testing/index.ts';
import { openRedisCacheStore } from './redis-cache-store.ts';

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function aConnectedStore() {
  const redis = await startGatedRedis();
  cleanUps.push(() => redis.close());
  const clock = new StoppedClock();
  const said: string[] = [];
  const logger = { info: (_: object, text: string) => said.push(text), warn: (_: object, text: string) => said.push(text) };
  const store = openRedisCacheStore({ url: redis.url, clock, logger });
  cleanUps.push(() => store.close());
  await until('the connection', async () => {
    clock.advance(1_000);
    await store.set('probe', '1', 60);
    return store.get('probe');
  });
  said.length = 0;
  return { store, redis, clock, said };
}

describe('the cache in Redis', () => {
  cacheStoreContract(async () => {
    const redis = await startGatedRedis();
    const store = openRedisCacheStore({ url: redis.url });
    return {
      store,
      advance: () => {},
      close: async () => {
        await store.close();
        await redis.close();
      },
    };
  });

  it('misses where there is no Redis, and fails nobody', async () => {
    const store = openRedisCacheStore({ url: 'redis://127.0.0.1:1' });
    cleanUps.push(() => store.close());

    await store.set('a', 'one', 60);

    expect(await store.get('a')).toBeUndefined();
  });

  it('misses on a value of another type without blaming the server', async () => {
    const { store, redis, said } = await aConnectedStore();
    const other = new Redis(redis.url);
    cleanUps.push(() => other.quit());
    await other.rpush('a', 'not', 'text');

    for (let count = 0; count < 6; count++) expect(await store.get('a')).toBeUndefined();

    expect(await store.get('probe')).toBe('1');
    expect(said).toEqual([]);
  });

  it('asks a frozen Redis five times, says so once, and then asks no more', async () => {
    const { store, redis, said } = await aConnectedStore();
    redis.freeze();

    for (let count = 0; count < 5; count++) expect(await store.get('probe')).toBeUndefined();
    // If these waited too, 50 ms each, the test would not end in time.
    for (let count = 0; count < 1_000; count++) expect(await store.get('probe')).toBeUndefined();

    expect(said).toEqual(['the shared cache does not answer: going on without it']);
  });

  it.each(['freeze', 'down'] as const)('finds Redis again after: %s', async (what) => {
    const { store, redis, clock, said } = await aConnectedStore();
    await redis[what]();
    for (let count = 0; count < 5; count++) await store.get('probe');
    expect(said).toHaveLength(1);

    await redis.up();
    clock.advance(999);
    expect(await store.get('probe')).toBeUndefined();

    await until('Redis', async () => {
      clock.advance(1_000);
      return store.get('probe');
    });
    expect(said).toEqual(['the shared cache does not answer: going on without it', 'the shared cache answers again']);
  });
});
