import { describe, expect, it, jest } from '@jest/globals';
import { sleep } from '@manga-assist/resilience';
import type { DeliveryRecord } from '../records/delivery-records.ts';
import { anEvent, inMemoryWebhooks, ScriptedWebhookSender, SHOP, VirtualTime } from '../testing/index.ts';
import { InMemoryDeliveryRecords } from '../testing/in-memory-records.ts';
import type { AttemptReport } from './delivery-observer.ts';

// A limit for a busy machine, no measure of anything.
jest.setTimeout(60_000);

const OWNER = { tenantId: 'tenant', subject: 'subject' };
const { signal } = new AbortController();

/** The same records, of which each claim comes late by the next of these times, again and again. */
class SlowRecords extends InMemoryDeliveryRecords {
  #claims = 0;

  constructor(
    private readonly records: InMemoryDeliveryRecords,
    private readonly time: VirtualTime,
    private readonly latenessMs: readonly number[],
  ) {
    super();
  }

  override due(...query: Parameters<InMemoryDeliveryRecords['due']>): ReturnType<InMemoryDeliveryRecords['due']> {
    return this.records.due(...query);
  }

  override get(...key: Parameters<InMemoryDeliveryRecords['get']>): ReturnType<InMemoryDeliveryRecords['get']> {
    return this.records.get(...key);
  }

  override async replace(record: DeliveryRecord): Promise<boolean> {
    const isClaim = record.status === 'pending' && (record.dueAtMs ?? 0) > this.time.clock.nowMs() + 20_000;
    if (isClaim) await sleep(this.latenessMs[this.#claims++ % this.latenessMs.length] ?? 0, signal, this.time);
    return this.records.replace(record);
  }
}

/** When an endpoint that has so much due is sent to, by so many deliverers on slow tables. */
async function sentAtMs({ deliverers, events, latenessMs, seconds }: { deliverers: number; events: number; latenessMs: readonly number[]; seconds: number }) {
  const time = new VirtualTime();
  const times: number[] = [];
  const reports: AttemptReport[] = [];
  const sender = new ScriptedWebhookSender(time, () => () => {
    times.push(time.clock.nowMs());
    return { outcome: 'delivered', httpStatus: 200, afterMs: 50 };
  });
  const world = inMemoryWebhooks({ clock: time.clock, timers: time, sender, observer: { attempted: (report) => reports.push(report) } });
  await world.endpoints.register(OWNER, { url: SHOP, eventTypes: [] }, signal);
  for (let event = 0; event < events; event++) await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
  const opened = Array.from({ length: deliverers }, () => world.openDeliverer({ deliveries: new SlowRecords(world.records.deliveries, time, latenessMs) }));
  for (const deliverer of opened) deliverer.start();
  await time.pass(seconds * 1_000);
  const closed = Promise.all(opened.map((deliverer) => deliverer.close()));
  await time.pass(5_000);
  await closed;
  return { times, reports };
}

/** The most within any second. */
function peak(times: readonly number[]): number {
  return Math.max(...times.map((fromMs) => times.filter((atMs) => atMs >= fromMs && atMs < fromMs + 1_000).length));
}

describe('deliveries whose claims come late', () => {
  it.each([
    ['now and then by 1.9 s', [...Array.from({ length: 20 }, () => 0), 1_900, 1_900, 1_900, 1_900, 1_900]],
    ['one in five by 900 ms', [0, 0, 0, 0, 900]],
    ['always by 1.9 s', [1_900]],
    ['by up to 900 ms', [100, 900, 300, 0, 700]],
  ])('%s go out no faster for it, and all go out', async (_, latenessMs) => {
    const { times } = await sentAtMs({ deliverers: 1, events: 100, latenessMs, seconds: 600 });

    expect(times).toHaveLength(100);
    expect(peak(times)).toBeLessThanOrEqual(10);
  });

  it('to two deliverers at once are, for a moment, at most twice as many', async () => {
    const { times } = await sentAtMs({ deliverers: 2, events: 200, latenessMs: [0, 1_900, 0, 0, 900, 0, 0, 300], seconds: 600 });

    expect(times).toHaveLength(200);
    expect(peak(times)).toBeLessThanOrEqual(20);
  });
});

describe('the lateness of an attempt', () => {
  it('counts from when it was meant to be sent, however often it was put off', async () => {
    const { reports } = await sentAtMs({ deliverers: 1, events: 300, latenessMs: [0], seconds: 120 });

    // Ten a second: the last of 300 waits for half a minute.
    expect(reports.at(-1)?.lateMs).toBeGreaterThan(25_000);
    expect(reports[0]?.lateMs).toBeLessThan(2_000);
  });
});
