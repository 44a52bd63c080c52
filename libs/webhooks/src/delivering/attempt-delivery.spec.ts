import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { StoredWebhookEndpoints } from '../records/stored-webhook-endpoints.ts';
import { SecretBox } from '../secrets/secret-box.ts';
import { InMemoryEndpointRecords } from '../testing/in-memory-records.ts';
import { anEvent, anOwner, inMemoryWebhooks, ScriptedWebhookSender, SHOP, VirtualTime, type InMemoryWebhooks, type InMemoryWebhooksOptions, type Receiver } from '../testing/index.ts';
import type { WebhookDelivery } from '../webhook-delivery.ts';
import type { AttemptReport } from './delivery-observer.ts';

const HOUR_MS = 3_600_000;
const { signal } = new AbortController();

interface World extends InMemoryWebhooks {
  time: VirtualTime;
  sender: ScriptedWebhookSender;
  reports: AttemptReport[];
  troubles: string[];
}

function aWorld(receiver: Receiver = () => ({ outcome: 'delivered', httpStatus: 204 }), more: InMemoryWebhooksOptions = {}): World {
  const time = new VirtualTime();
  const sender = new ScriptedWebhookSender(time, () => receiver);
  const reports: AttemptReport[] = [];
  const troubles: string[] = [];
  const observer = { attempted: (report: AttemptReport) => reports.push(report), troubled: ({ code }: { code: string }) => troubles.push(code) };
  return { ...inMemoryWebhooks({ clock: time.clock, timers: time, sender, observer, ...more }), time, sender, reports, troubles };
}

const owner = anOwner();
const deliveries = async ({ outbox }: World): Promise<readonly WebhookDelivery[]> => (await outbox.deliveries(owner, { limit: 100 }, signal)).deliveries;

describe('a delivery that is redelivered while an attempt is under way', () => {
  it('keeps that attempt in its log, and is sent again', async () => {
    const world = aWorld((_, number) => ({ outcome: 'delivered', httpStatus: 200 + number, afterMs: 5_000 }));
    await world.endpoints.register(owner, { url: SHOP, eventTypes: [] }, signal);
    await world.outbox.enqueue(owner, anEvent(), {}, signal);
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(2_000);
    const [{ deliveryId } = { deliveryId: '' }] = await deliveries(world);

    await world.outbox.redeliver(owner, deliveryId, signal);
    await world.time.pass(60_000);

    expect(world.sender.sent).toHaveLength(2);
    expect(await deliveries(world)).toMatchObject([{ status: 'delivered', attempts: [{ httpStatus: 201 }, { httpStatus: 202 }] }]);
    await deliverer.close();
  });
});

describe('an endpoint whose secret cannot be read', () => {
  const withUnreadable = async (): Promise<World & { endpointId: string }> => {
    const world = aWorld();
    const { endpoint } = await world.endpoints.register(owner, { url: SHOP, eventTypes: [] }, signal);
    const { endpoints, version } = await world.records.endpoints.read(owner, signal);
    const sealedElsewhere = new SecretBox('another key').seal('whsec_AAAA', endpoint.endpointId);
    await world.records.endpoints.write(owner, endpoints.map((one) => ({ ...one, secret: sealedElsewhere })), version);
    await world.outbox.enqueue(owner, anEvent(), {}, signal);
    return { ...world, endpointId: endpoint.endpointId };
  };

  it('has its deliveries tried on the schedule and given up, in its owner’s log, and is no failing endpoint', async () => {
    const world = await withUnreadable();
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(90 * HOUR_MS);

    expect(world.sender.sent).toEqual([]);
    expect(await deliveries(world)).toMatchObject([{ status: 'failed', attempts: Array.from({ length: 10 }, () => ({ outcome: 'unsigned' })) }]);
    expect(world.troubles).toEqual(Array.from({ length: 10 }, () => 'webhooks.secret-unreadable'));
    expect(world.reports.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, () => 'unsigned'));
    expect((await world.records.endpoints.read(owner, signal)).health.get(world.endpointId)).not.toHaveProperty('failingSinceMs');
    await deliverer.close();
  });

  it('is told again with the secret that its owner gets instead', async () => {
    const world = await withUnreadable();
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(2_000);

    const rotated = await world.endpoints.rotateSecret(owner, world.endpointId, signal);
    await world.time.pass(60_000);

    const [request] = world.sender.sent;
    const at = new Date(Number(request?.headers['webhook-timestamp']) * 1_000);
    expect(request?.headers['webhook-signature']).toBe(new Webhook(rotated?.secret ?? '').sign(request?.headers['webhook-id'] ?? '', at, Buffer.from(request?.body ?? '')));
    expect(await deliveries(world)).toMatchObject([{ status: 'delivered', attempts: [{ outcome: 'unsigned' }, { outcome: 'delivered' }] }]);
    await deliverer.close();
  });
});

describe('a secret that an older key has sealed', () => {
  it('is sealed with the newest when it is used, so that the older key can go', async () => {
    const time = new VirtualTime();
    const world = { ...aWorld(undefined, { clock: time.clock, timers: time, secretKey: 'newer, older' }), time };
    const records = world.records.endpoints;
    const before = new StoredWebhookEndpoints({ records, secretKey: 'older', policy: { ports: [443], allowedNetworks: [] }, clock: time.clock, ids: { uuid: () => '', sortable: (prefix) => `${prefix}_1` } });
    const { endpoint, secret } = await before.register(owner, { url: SHOP, eventTypes: [] }, signal);
    await world.outbox.enqueue(owner, anEvent(), {}, signal);
    const deliverer = world.openDeliverer();

    deliverer.start();
    await time.pass(2_000);

    expect(await deliveries(world)).toMatchObject([{ status: 'delivered' }]);
    const { endpoints, version } = await records.read(owner, signal);
    expect(new SecretBox('newer').open(endpoints[0]?.secret ?? '', endpoint.endpointId)).toBe(secret);
    await world.outbox.enqueue(owner, anEvent(), {}, signal);
    await time.pass(2_000);
    expect((await records.read(owner, signal)).version).toBe(version);
    await deliverer.close();
  });
});

describe('a callback', () => {
  it('is sent to its own address, signed with the secret of its host’s endpoint', async () => {
    const world = aWorld();
    const callbacks = await Promise.all(['/orders/1?by=me', '/orders/2'].map((path) => world.endpoints.forCallback(owner, new URL(path, SHOP).href, signal)));
    const rotated = await world.endpoints.rotateSecret(owner, callbacks[0]?.endpoint.endpointId ?? '', signal);
    for (const { reference } of callbacks) await world.outbox.enqueue(owner, anEvent(), { endpointId: reference }, signal);
    const deliverer = world.openDeliverer();

    deliverer.start();
    await world.time.pass(5_000);

    expect(world.sender.sent.map(({ url }) => new URL(url).pathname + new URL(url).search).toSorted()).toEqual(['/orders/1?by=me', '/orders/2']);
    for (const { headers, body } of world.sender.sent) {
      const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
      expect(headers['webhook-signature'].split(' ')[0]).toBe(new Webhook(rotated?.secret ?? '').sign(headers['webhook-id'], at, Buffer.from(body)));
    }
    await deliverer.close();
  });

  it('that is gone has failed, and its host is told of others as before', async () => {
    const world = aWorld(({ url }) => (url.endsWith('/gone') ? { outcome: 'gone', httpStatus: 410 } : { outcome: 'delivered', httpStatus: 204 }));
    const { endpoint, reference } = await world.endpoints.forCallback(owner, `${SHOP}/gone`, signal);
    await world.outbox.enqueue(owner, anEvent(), { endpointId: reference }, signal);
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(2_000);
    const another = await world.endpoints.forCallback(owner, `${SHOP}/here`, signal);
    await world.outbox.enqueue(owner, anEvent(), { endpointId: another.reference }, signal);
    await world.time.pass(30_000);

    expect(another.endpoint.endpointId).toBe(endpoint.endpointId);
    expect((await deliveries(world)).map(({ status }) => status).toSorted()).toEqual(['delivered', 'failed']);
    expect(await world.endpoints.get(owner, endpoint.endpointId, signal)).toMatchObject({ status: 'enabled' });
    await deliverer.close();
  });
});

describe('a Retry-After that cannot be written down', () => {
  /** Others are always quicker, once a first plan has been written. */
  class ContendedRecords extends InMemoryEndpointRecords {
    #writes = 0;

    override async writeHealth(...change: Parameters<InMemoryEndpointRecords['writeHealth']>): Promise<boolean> {
      return this.#writes++ === 0 ? super.writeHealth(...change) : false;
    }
  }

  it('is told to whoever watches', async () => {
    const world = aWorld(() => ({ outcome: 'throttled', httpStatus: 429, retryAfterMs: 60_000 }), { endpointRecords: new ContendedRecords() });
    await world.endpoints.register(owner, { url: SHOP, eventTypes: [] }, signal);
    await world.outbox.enqueue(owner, anEvent(), {}, signal);
    const deliverer = world.openDeliverer();

    deliverer.start();
    await world.time.pass(2_000);

    expect(world.troubles).toEqual(['webhooks.unavailable']);
    expect(await deliveries(world)).toMatchObject([{ status: 'pending', attempts: [{ outcome: 'throttled' }] }]);
    await deliverer.close();
  });
});
