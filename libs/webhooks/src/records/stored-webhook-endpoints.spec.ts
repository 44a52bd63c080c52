import { beforeEach, describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { EndpointKeeper } from '../delivering/endpoint-keeper.ts';
import { anOwner, inMemoryWebhooks, SHOP, type InMemoryWebhooks } from '../testing/index.ts';
import type { WebhookOwner } from '../webhook-endpoint.ts';
import { addressOf, callbackReference, readReference } from './callback-reference.ts';

const DAY_MS = 86_400_000;
const { signal } = new AbortController();

let clock: StoppedClock;
let world: InMemoryWebhooks;
let owner: WebhookOwner;
beforeEach(() => {
  clock = new StoppedClock();
  world = inMemoryWebhooks({ clock });
  owner = anOwner();
});

const callback = async (host: number): Promise<string> => (await world.endpoints.forCallback(owner, `https://shop-${host}.partner.jp/hook`, signal)).endpoint.endpointId;
const hosts = async (): Promise<string[]> => (await world.endpoints.list(owner, signal)).map(({ url }) => new URL(url).hostname);

describe('endpoints of callbacks', () => {
  it('are kept for a hundred hosts', async () => {
    for (let host = 0; host < 100; host++) await callback(host);

    await expect(callback(100)).rejects.toMatchObject({ kind: 'invalid', code: 'webhooks.too-many-callbacks' });
    expect(await callback(7)).toMatch(/^whe_/);
  });

  it('make room beyond that when no callback has named them for thirty days, the longest unnamed first', async () => {
    for (let host = 0; host < 100; host++) await callback(host);
    clock.advance(20 * DAY_MS);
    await callback(0);
    clock.advance(10 * DAY_MS);
    await callback(2);

    await callback(100);

    expect(await hosts()).toEqual(expect.arrayContaining(['shop-0.partner.jp', 'shop-2.partner.jp', 'shop-100.partner.jp']));
    expect(await hosts()).not.toContain('shop-1.partner.jp');
    expect(await hosts()).toHaveLength(100);
  });

  it('leave nothing behind when they have made room', async () => {
    const first = await callback(0);
    await new EndpointKeeper(world.records.endpoints, clock).learn(owner, first, { outcome: 'refused', retryAfterMs: undefined }, signal);
    clock.advance(DAY_MS);
    for (let host = 1; host < 100; host++) await callback(host);
    clock.advance(30 * DAY_MS - 1_000);

    await callback(100);

    expect((await world.records.endpoints.read(owner, signal)).health.size).toBe(0);
  });

  it('are written for a name no more than once a day', async () => {
    await callback(0);
    clock.advance(DAY_MS - 1);
    await callback(0);
    const { version } = await world.records.endpoints.read(owner, signal);
    clock.advance(1);
    await callback(0);

    expect([version, (await world.records.endpoints.read(owner, signal)).version]).toEqual([1, 2]);
  });
});

describe('a callback’s reference', () => {
  const endpoint = { url: 'https://hooks.partner-shop.jp/' };

  it.each(['/orders/1', '/orders/1?of=today&by=me', '/', '/?a=b', '//evil.example/x', '/%23?a=%23', '/@evil.example'])('leads to where it was made for: %j', (path) => {
    const url = `https://hooks.partner-shop.jp${path}`;
    const { path: read } = readReference(callbackReference({ endpointId: 'whe_1', ...endpoint } as Parameters<typeof callbackReference>[0], url));

    expect(addressOf(endpoint, read)).toBe(url);
    expect(new URL(addressOf(endpoint, read)).hostname).toBe('hooks.partner-shop.jp');
  });

  it('is the endpoint’s id for the endpoint’s own address', () => {
    expect(readReference('whe_1')).toEqual({ endpointId: 'whe_1' });
    expect(addressOf({ url: SHOP }, undefined)).toBe(SHOP);
  });
});

describe('what is known of an endpoint’s health', () => {
  const RETRY_AFTER_MS = 60_000;

  const throttled = async (): Promise<string> => {
    const { endpoint } = await world.endpoints.register(owner, { url: SHOP, eventTypes: [] }, signal);
    await new EndpointKeeper(world.records.endpoints, clock).learn(owner, endpoint.endpointId, { outcome: 'throttled', retryAfterMs: RETRY_AFTER_MS }, signal);
    return endpoint.endpointId;
  };
  const healthOf = async (endpointId: string) => (await world.records.endpoints.read(owner, signal)).health.get(endpointId);

  it('is as it was when nothing has changed of its address', async () => {
    const endpointId = await throttled();
    const before = await healthOf(endpointId);

    await world.endpoints.update(owner, endpointId, { url: SHOP }, signal);
    await world.endpoints.update(owner, endpointId, { status: 'enabled', eventTypes: ['job.failed'] }, signal);

    expect(await healthOf(endpointId)).toEqual(before);
  });

  it.each<[string, object, object]>([
    ['its address at the same host has changed', {}, { url: `${SHOP}/2` }],
    ['it is turned on again', { status: 'disabled' }, { status: 'enabled' }],
  ])('says nothing of past failures when %s, and still what pause it asked for', async (_, first, change) => {
    const endpointId = await throttled();
    await world.endpoints.update(owner, endpointId, first, signal);

    await world.endpoints.update(owner, endpointId, change, signal);

    const health = await healthOf(endpointId);
    expect(health).toMatchObject({ spacingMs: 200, nextSlotMs: clock.nowMs() + RETRY_AFTER_MS });
    expect(health).not.toHaveProperty('failingSinceMs');
  });

  it('is forgotten when it moves to another host', async () => {
    const endpointId = await throttled();

    await world.endpoints.update(owner, endpointId, { url: 'https://other.partner-shop.jp/' }, signal);

    expect(await healthOf(endpointId)).toBeUndefined();
  });
});
