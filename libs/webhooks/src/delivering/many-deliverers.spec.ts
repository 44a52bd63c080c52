import { describe, expect, it } from '@jest/globals';
import { InMemoryDeliveryRecords } from '../testing/in-memory-records.ts';
import { anEvent, inMemoryWebhooks, ScriptedWebhookSender, VirtualTime, type InMemoryWebhooks, type Receiver } from '../testing/index.ts';
import { LEASE_MS } from './polling-webhook-deliverer.ts';

const OWNERS = Array.from({ length: 10 }, (_, number) => ({ tenantId: 'tenant', subject: `subject-${number}` }));
const HOUR_MS = 3_600_000;
const { signal } = new AbortController();
const hanging: ReturnType<Receiver> = { outcome: 'timed-out', afterMs: 15_000 };
const taking: ReturnType<Receiver> = { outcome: 'delivered', httpStatus: 200, afterMs: 50 };

interface Receipt {
  atMs: number;
  url: string;
  id: string;
}

interface World extends InMemoryWebhooks {
  time: VirtualTime;
  receipts: Receipt[];
  senderOf(answer: Receiver): ScriptedWebhookSender;
}

function aWorld(answer: Receiver): World {
  const time = new VirtualTime();
  const receipts: Receipt[] = [];
  const senderOf = (receiver: Receiver): ScriptedWebhookSender =>
    new ScriptedWebhookSender(time, (url) => (request, number) => {
      receipts.push({ atMs: time.clock.nowMs(), url, id: request.headers['webhook-id'] });
      return receiver(request, number);
    });
  return { ...inMemoryWebhooks({ clock: time.clock, timers: time, sender: senderOf(answer) }), time, receipts, senderOf };
}

/** Endpoints of ten owners, `perOwner` each, by url. */
async function registerMany({ endpoints }: World, perOwner: number) {
  const made = [];
  for (const owner of OWNERS) {
    for (let number = 0; number < perOwner; number++) {
      const url = `https://${owner.subject}-${number}.partner-shop.jp/`;
      const { endpoint } = await endpoints.register(owner, { url, eventTypes: [] }, signal);
      made.push({ owner, url, endpointId: endpoint.endpointId });
    }
  }
  return made;
}

/** The most requests to one address within any second. */
function peakPerSecond(receipts: readonly Receipt[]): number {
  const times = receipts.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  let [peak, first] = [0, 0];
  for (const [last, atMs] of times.entries()) {
    while ((times[first] ?? 0) <= atMs - 1_000) first++;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}

describe('many deliveries', () => {
  it('all arrive, 10,000 events of which 30 % fail each time, up to four times, each under its one id', async () => {
    const failuresLeft = new Map<string, number>();
    const world = aWorld(({ headers: { 'webhook-id': id } }) => {
      const left = failuresLeft.get(id) ?? 0;
      failuresLeft.set(id, left - 1);
      return left > 0 ? { outcome: 'refused', httpStatus: 500, afterMs: 20 } : taking;
    });
    const targets = await registerMany(world, 10);
    const ids = new Set<string>();
    for (let number = 0; number < 10_000; number++) {
      const { owner, endpointId } = targets[number % targets.length] ?? expected();
      const event = anEvent();
      ids.add(event.id);
      // Three in ten numbers begin with 0, 1 or 2, three in ten of those go on so, and so on.
      failuresLeft.set(event.id, /^[0-2]*/.exec(String(number).padStart(4, '0'))?.[0].length ?? 0);
      await world.outbox.enqueue(owner, event, { endpointId }, signal);
    }
    const deliverers = [world.openDeliverer(), world.openDeliverer()];
    for (const deliverer of deliverers) deliverer.start();
    await world.time.pass(4 * HOUR_MS);
    for (const deliverer of deliverers) await deliverer.drain(20_000);
    for (const deliverer of deliverers) await deliverer.close();

    expect(world.records.deliveries.all.filter(({ status }) => status !== 'delivered')).toEqual([]);
    expect(new Set(world.receipts.map(({ id }) => id))).toEqual(ids);
    expect(ids.size).toBe(10_000);
    // Every attempt is in the log of its delivery: nothing was sent that nobody knows of.
    expect(world.receipts).toHaveLength(world.records.deliveries.all.reduce((sum, { attempts }) => sum + attempts.length, 0));
    expect(world.receipts).toHaveLength(10_000 + 3_000 + 900 + 270 + 81);
  }, 60_000);

  it('that are due at once reach one endpoint at ten a second, from two deliverers together', async () => {
    const world = aWorld(() => taking);
    const [{ owner, endpointId } = expected()] = await registerMany(world, 1);
    for (let number = 0; number < 5_000; number++) await world.outbox.enqueue(owner, anEvent(), { endpointId }, signal);
    const deliverers = [world.openDeliverer(), world.openDeliverer()];
    for (const deliverer of deliverers) deliverer.start();
    await world.time.pass(HOUR_MS);
    for (const deliverer of deliverers) await deliverer.close();

    expect(world.receipts).toHaveLength(5_000);
    expect(peakPerSecond(world.receipts)).toBeLessThanOrEqual(10);
    const tookMs = (world.receipts.at(-1)?.atMs ?? 0) - (world.receipts[0]?.atMs ?? 0);
    expect(tookMs).toBeLessThan(600_000);
  }, 60_000);
});

describe('a deliverer that dies', () => {
  /** The same records, until the process that has them is killed: from then on nothing it asks for happens. */
  class MortalRecords extends InMemoryDeliveryRecords {
    readonly #records: InMemoryDeliveryRecords;
    isDead = false;

    constructor(records: InMemoryDeliveryRecords) {
      super();
      this.#records = records;
    }

    override replace(...change: Parameters<InMemoryDeliveryRecords['replace']>): Promise<boolean> {
      return this.isDead ? new Promise(() => undefined) : this.#records.replace(...change);
    }

    override due(...query: Parameters<InMemoryDeliveryRecords['due']>): ReturnType<InMemoryDeliveryRecords['due']> {
      return this.isDead ? new Promise(() => undefined) : this.#records.due(...query);
    }
  }

  it('after it has sent and before it has written so leaves the event to another, under the same id', async () => {
    const world = aWorld(() => taking);
    const [{ owner, endpointId } = expected()] = await registerMany(world, 1);
    const event = anEvent();
    await world.outbox.enqueue(owner, event, { endpointId }, signal);
    const records = new MortalRecords(world.records.deliveries);
    const killed = () => {
      records.isDead = true;
      return taking;
    };
    world.openDeliverer({ deliveries: records, sender: world.senderOf(killed) }).start();
    await world.time.pass(10_000);
    const another = world.openDeliverer();
    another.start();
    await world.time.pass(LEASE_MS);
    await another.close();

    expect(world.receipts.map(({ id }) => id)).toEqual([event.id, event.id]);
    const [first, second] = world.receipts.map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBeLessThanOrEqual(LEASE_MS + 1_600);
    expect(world.records.deliveries.all).toMatchObject([{ status: 'delivered', attempts: [{ outcome: 'delivered' }] }]);
  });

  it('and comes back late changes nothing any more', async () => {
    const world = aWorld(() => taking);
    const [{ owner, endpointId } = expected()] = await registerMany(world, 1);
    await world.outbox.enqueue(owner, anEvent(), { endpointId }, signal);
    const zombie = world.openDeliverer({ sender: world.senderOf(() => ({ outcome: 'gone', httpStatus: 410, afterMs: 2 * LEASE_MS })) });
    zombie.start();
    await world.time.pass(10_000);
    void zombie.drain(0);
    const another = world.openDeliverer();
    another.start();
    await world.time.pass(HOUR_MS);
    await another.close();

    expect(world.records.deliveries.all).toMatchObject([{ status: 'delivered', attempts: [{ outcome: 'delivered' }] }]);
  });
});

describe('a deliverer that stops', () => {
  it('lets what is under way end, and begins nothing new', async () => {
    const world = aWorld(() => ({ ...taking, afterMs: 3_000 }));
    const targets = await registerMany(world, 1);
    for (const { owner, endpointId } of targets) await world.outbox.enqueue(owner, anEvent(), { endpointId }, signal);
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(2_000);
    expect(world.receipts).toHaveLength(10);
    for (const { owner, endpointId } of targets) await world.outbox.enqueue(owner, anEvent(), { endpointId }, signal);

    const drained = deliverer.drain(10_000);
    await world.time.pass(10_000);
    await drained;

    expect(world.receipts).toHaveLength(10);
    expect(world.records.deliveries.all.filter(({ status }) => status === 'delivered')).toHaveLength(10);
    await deliverer.close();
  });

  it('sends nothing of what it was just about to take', async () => {
    const world = aWorld(() => taking);
    const [{ owner, endpointId } = expected()] = await registerMany(world, 1);
    await world.outbox.enqueue(owner, anEvent(), { endpointId }, signal);
    const deliverer = world.openDeliverer();

    deliverer.start();
    const drained = deliverer.drain(1_000);
    await world.time.pass(1_000);
    await drained;

    expect(world.receipts).toEqual([]);
    expect(world.records.deliveries.all).toMatchObject([{ status: 'pending', attempts: [] }]);
    expect(world.records.deliveries.all[0]?.dueAtMs).toBeLessThanOrEqual(world.time.clock.nowMs());
    await deliverer.close();
  });

  it('gives back at once what it could not end in time', async () => {
    const world = aWorld(() => hanging);
    const [{ owner, endpointId } = expected()] = await registerMany(world, 1);
    await world.outbox.enqueue(owner, anEvent(), { endpointId }, signal);
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(2_000);

    const drained = deliverer.drain(100);
    await world.time.pass(100);
    await drained;
    await deliverer.close();
    const another = world.openDeliverer({ sender: world.senderOf(() => taking) });
    another.start();
    await world.time.pass(2_000);
    await another.close();

    expect(world.records.deliveries.all).toMatchObject([{ status: 'delivered', attempts: [{ outcome: 'delivered' }] }]);
  });
});

function expected(): never {
  throw new Error('there is one');
}
