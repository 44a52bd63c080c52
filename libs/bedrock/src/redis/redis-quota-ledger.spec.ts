import { afterEach, describe, expect, it } from '@jest/globals';
import { StoppedClock, until } from '@manga-assist/foundation/testing';
import { Redis } from 'ioredis';
import { createRedisMock } from 'js-redis-server';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { QuotaLedger } from '../quota/quota-ledger.ts';
import { quotaLedgerContract } from '../testing/index.ts';
import { openRedisQuotaLedger } from './redis-quota-ledger.ts';

/** A busy test machine is no reason to count alone. */
const timeoutMs = 5_000;
const budget = { tokensPerMinute: 1_000, requestsPerMinute: 100 };

async function aRedis() {
  const redis = await createRedisMock();
  return { url: `redis://${redis.host}:${redis.port}`, port: redis.port, host: redis.host, close: () => redis.close() };
}

/** The way to a Redis, which can be cut. */
async function aGate(redis: { host: string; port: number }) {
  const sockets = new Set<Socket>();
  const gate = createServer((caller) => {
    const behind = connect(redis.port, redis.host);
    for (const socket of [caller, behind]) sockets.add(socket.on('error', () => {}));
    caller.pipe(behind).pipe(caller);
  });
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const cut = async () => {
    const closed = once(gate, 'close');
    gate.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { url: `redis://127.0.0.1:${(gate.address() as AddressInfo).port}`, cut };
}

/** Asks until Redis, and no longer the instance alone, has counted. */
async function connected(quota: QuotaLedger, url: string, clock?: StoppedClock): Promise<void> {
  const redis = new Redis(url);
  await until('the connection', async () => {
    clock?.advance(1_000);
    await quota.reserve('probe', 1, budget);
    return redis.exists('manga:bedrock:quota:v1:probe');
  });
  redis.disconnect();
}

describe('the quota in Redis', () => {
  const cleanUps: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function open(url: string, options: Partial<Parameters<typeof openRedisQuotaLedger>[0]> = {}): Promise<QuotaLedger> {
    const quota = openRedisQuotaLedger({ url, timeoutMs, ...options });
    cleanUps.push(() => quota.close());
    return quota;
  }

  quotaLedgerContract(async () => {
    const redis = await aRedis();
    const clock = new StoppedClock();
    const quota = openRedisQuotaLedger({ url: redis.url, clock, timeoutMs });
    await connected(quota, redis.url, clock);
    return {
      quota,
      advance: (byMs) => clock.advance(byMs),
      // One connection keeps its order: what is answered now came after.
      settled: () => quota.reserve('fence', 0, budget),
      close: async () => {
        await quota.close();
        await redis.close();
      },
    };
  });

  it('is one count for all instances, by the clock of Redis', async () => {
    const redis = await aRedis();
    cleanUps.push(() => redis.close());
    const [one, other] = [await open(redis.url), await open(redis.url)];
    await connected(one, redis.url);
    await connected(other, redis.url);

    const answers = [await one.reserve('a', 600, budget), await other.reserve('a', 600, budget), await other.reserve('a', 400, budget)];

    expect(answers.map(({ admitted }) => admitted)).toEqual([true, false, true]);
  });

  it('counts a share of the budget alone while there is no Redis, and says so once', async () => {
    const said: string[] = [];
    const quota = await open('redis://127.0.0.1:1', { aloneShare: 0.5, logger: { warn: (_, text) => said.push(text) } });

    const answers = [await quota.reserve('a', 400, budget), await quota.reserve('a', 200, budget), await quota.reserve('a', 100, budget)];

    expect(answers.map(({ admitted }) => admitted)).toEqual([true, false, true]);
    expect(said).toEqual([expect.stringContaining('counts for itself')]);
  });

  it('goes on alone when Redis goes away in the middle', async () => {
    const redis = await aRedis();
    cleanUps.push(() => redis.close());
    const gate = await aGate(redis);
    const quota = await open(gate.url, { aloneShare: 0.5 });
    await connected(quota, redis.url);
    const before = await quota.reserve('a', 1_000, budget);
    await gate.cut();

    const after = await quota.reserve('a', 500, budget);
    if (before.admitted) before.settle(0);

    expect([before.admitted, after.admitted]).toEqual([true, true]);
  });

  it('refuses a share that makes no sense', () => {
    expect(() => openRedisQuotaLedger({ url: 'redis://127.0.0.1:1', aloneShare: 0 })).toThrow(RangeError);
  });
});
