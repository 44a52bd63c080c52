import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { until } from '@manga-assist/foundation/testing';
import type { RunningServer } from '../running-server.ts';
import { startRedis } from './start-redis.ts';

let server: RunningServer;
let redis: Redis;
let listener: Redis;

beforeAll(async () => {
  server = await startRedis({ port: 0 });
  redis = new Redis(server.url);
  listener = new Redis(server.url);
});

afterAll(async () => {
  redis.disconnect();
  listener.disconnect();
  await server.close();
});

describe('the local Redis', () => {
  it('sets a key once, for as long as it is told', async () => {
    const first = await redis.set('lock', 'a', 'PX', 60_000, 'NX');
    const second = await redis.set('lock', 'b', 'PX', 60_000, 'NX');
    const left = await redis.pttl('lock');

    expect([first, second]).toEqual(['OK', null]);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  it('forgets a key when its time is over', async () => {
    await redis.set('brief', 'a', 'PX', 5);

    await until('the key to go', async () => (await redis.exists('brief')) === 0);

    expect(await redis.set('brief', 'b', 'NX')).toBe('OK');
  });

  it('gives a key away exactly once', async () => {
    await redis.set('ticket', 'principal');

    const taken = await Promise.all(Array.from({ length: 20 }, () => redis.getdel('ticket')));

    expect(taken.filter((value) => value === 'principal')).toHaveLength(1);
  });

  it('runs a script as one step', async () => {
    const take = `local left = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
      if left <= 0 then return 0 end
      redis.call('SET', KEYS[1], left - 1)
      return 1`;

    const taken = await Promise.all(Array.from({ length: 30 }, () => redis.eval(take, 1, 'bucket', '10')));

    expect(taken.filter((value) => value === 1)).toHaveLength(10);
  });

  it('delivers what is published to those who listen', async () => {
    const heard: string[] = [];
    listener.on('message', (channel, message) => heard.push(`${channel}: ${message}`));
    await listener.subscribe('turns');

    const listeners = await redis.publish('turns', 'こんにちは');
    await until('the message', () => heard.length > 0);

    expect(listeners).toBe(1);
    expect(heard).toEqual(['turns: こんにちは']);
  });

  it('keeps a stream in order and reads it from any place', async () => {
    const first = await redis.xadd('stream', '*', 'token', 'One');
    await redis.xadd('stream', '*', 'token', 'Piece');

    const after = await redis.xread('COUNT', 10, 'STREAMS', 'stream', String(first));

    expect(after?.[0]?.[1].map(([, fields]) => fields)).toEqual([['token', 'Piece']]);
    expect(await redis.xlen('stream')).toBe(2);
  });

  it('is reachable from this machine only', () => {
    expect(server.url).toBe(`redis://127.0.0.1:${server.port}`);
  });

  it('closes although clients are connected', async () => {
    const own = await startRedis({ port: 0 });
    const client = new Redis(own.url, { retryStrategy: () => null });
    await client.ping();

    await own.close();

    await until('the client to notice', () => client.status === 'end');
  });
});
