import { describe, expect, it, jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { anEvent, inMemoryWebhooks, ScriptedWebhookSender, SHOP, VirtualTime, type InMemoryWebhooks, type InMemoryWebhooksOptions, type Receiver } from '../testing/index.ts';
import type { WebhookDelivery } from '../webhook-delivery.ts';
import type { AttemptReport } from './delivery-observer.ts';
import { JITTER, PAUSES_MS } from './schedule.ts';
import { ATTEMPT_TIMEOUT_MS } from './socket-webhook-sender.ts';

// A limit for a busy machine, no measure of anything.
jest.setTimeout(60_000);

const OWNER = { tenantId: 'tenant', subject: 'subject' };
const HOUR_MS = 3_600_000;
const { signal } = new AbortController();

interface World extends InMemoryWebhooks {
  time: VirtualTime;
  sender: ScriptedWebhookSender;
  reports: AttemptReport[];
  disabled: object[];
}

/** Time that stands still, and receivers by address. */
function aWorld(receivers: Readonly<Record<string, Receiver>> = {}, more: InMemoryWebhooksOptions = {}): World {
  const time = new VirtualTime();
  const sender = new ScriptedWebhookSender(time, (url) => receivers[url]);
  const reports: AttemptReport[] = [];
  const disabled: object[] = [];
  const observer = { attempted: (report: AttemptReport) => reports.push(report), disabled: (endpoint: object) => disabled.push(endpoint), ...more.observer };
  return { ...inMemoryWebhooks({ clock: time.clock, timers: time, sender, ...more, observer }), time, sender, reports, disabled };
}

const register = async ({ endpoints }: World, url = SHOP) => endpoints.register(OWNER, { url, eventTypes: [] }, signal);
const deliveries = async ({ outbox }: World): Promise<readonly WebhookDelivery[]> => (await outbox.deliveries(OWNER, { limit: 100 }, signal)).deliveries;
/** Rarer looks than in life: days pass sooner. */
const IDLE_MS = 5_000;

/** One event for one receiver, and when it was sent. */
async function afterThreeDays(answer: Receiver): Promise<{ world: World; sentAtMs: number[] }> {
  const sentAtMs: number[] = [];
  const world: World = aWorld({
    [SHOP]: (...call) => {
      sentAtMs.push(world.time.clock.nowMs());
      return answer(...call);
    },
  }, { idleMs: IDLE_MS });
  await register(world);
  const deliverer = world.openDeliverer();
  deliverer.start();
  await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
  await world.time.pass(90 * HOUR_MS);
  await deliverer.close();
  return { world, sentAtMs };
}
const refusing: Receiver = () => ({ outcome: 'refused', httpStatus: 500 });

describe('a webhook', () => {
  it('arrives signed, once, and says so in the log of deliveries', async () => {
    const world = aWorld();
    const { secret } = await register(world);
    const deliverer = world.openDeliverer();
    deliverer.start();
    const event = anEvent({ timestamp: new Date(world.time.clock.nowMs()).toISOString() });
    await world.outbox.enqueue(OWNER, event, {}, signal);
    await world.time.pass(2_000);

    const [request] = world.sender.sent;
    const signed = new Webhook(secret).sign(event.id, new Date(Number(request?.headers['webhook-timestamp']) * 1_000), Buffer.from(request?.body ?? ''));
    expect(request?.headers['webhook-signature']).toBe(signed);
    expect(JSON.parse(Buffer.from(request?.body ?? '').toString())).toEqual({ type: event.type, timestamp: event.timestamp, data: event.data });
    await world.time.pass(HOUR_MS);
    expect(world.sender.sent).toHaveLength(1);
    expect(await deliveries(world)).toMatchObject([{ status: 'delivered', eventId: event.id, attempts: [{ outcome: 'delivered', httpStatus: 204 }] }]);
    expect(world.reports).toMatchObject([{ number: 1, outcome: 'delivered', eventType: 'job.completed' }]);
    await deliverer.close();
  });

  it('goes out soon after a nudge, though nobody would have looked for a minute', async () => {
    const world = aWorld({}, { idleMs: 60_000 });
    await register(world);
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(10);
    await world.outbox.enqueue(OWNER, anEvent(), {}, signal);

    deliverer.nudge();
    await world.time.pass(100);

    expect(world.sender.sent).toHaveLength(1);
    await deliverer.close();
  });

  /** What the sender makes of hostile receivers, as hostile-receivers.spec.ts proves it; a failing one has all ten attempts, and 75 hours. */
  it.each<[string, ReturnType<Receiver>]>([
    ['never taken', { outcome: 'refused', httpStatus: 500 }],
    ['never answered', { outcome: 'timed-out', afterMs: ATTEMPT_TIMEOUT_MS }],
    ['answered a byte a moment for ever', { outcome: 'timed-out', afterMs: ATTEMPT_TIMEOUT_MS }],
    ['sent elsewhere', { outcome: 'redirected', httpStatus: 302, afterMs: 50 }],
    ['sent to whoever cannot prove its name', { outcome: 'unreachable', obstacle: 'tls', afterMs: 80 }],
    ['answered with no HTTP', { outcome: 'unreachable', obstacle: 'answer', afterMs: 80 }],
    ['answered 101', { outcome: 'refused', httpStatus: 101 }],
    ['led to our own network', { outcome: 'blocked' }],
    ['put off for a while that is shorter than the schedule’s', { outcome: 'throttled', httpStatus: 429, retryAfterMs: 2_000 }],
  ])('that is %s is tried on schedule for 75 hours, under one id, and then has failed', async (_, { afterMs = 0, retryAfterMs, ...seen }) => {
    const answer = { ...seen, ...(retryAfterMs !== undefined && { retryAfterMs }), ...(afterMs > 0 && { afterMs }) };
    const { world, sentAtMs } = await afterThreeDays(() => answer);

    expect(sentAtMs).toHaveLength(10);
    // After the answer, a look every one and a half times `IDLE_MS` at the latest, a second’s hold for a slot, and what the jitter allows.
    for (const [index, pauseMs] of PAUSES_MS.entries()) {
      const waitedMs = (sentAtMs[index + 1] ?? 0) - (sentAtMs[index] ?? 0) - afterMs;
      expect(waitedMs).toBeGreaterThanOrEqual(pauseMs * (1 - JITTER));
      expect(waitedMs).toBeLessThanOrEqual(pauseMs * (1 + JITTER) + 1.5 * IDLE_MS + 1_100 + (seen.outcome === 'throttled' ? 60_000 : 0));
    }
    expect(new Set(world.sender.sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const [delivery] = await deliveries(world);
    expect(delivery).toMatchObject({ status: 'failed' });
    expect(delivery?.attempts).toEqual(sentAtMs.map((atMs) => ({ atMs, durationMs: afterMs, ...seen })));
    expect(delivery).not.toHaveProperty('nextAttemptAtMs');
    expect(world.reports.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it.each<[string, ReturnType<Receiver>, WebhookDelivery['status']]>([
    ['taken by ten gigabytes of answer', { outcome: 'delivered', httpStatus: 200, afterMs: 40 }, 'delivered'],
    ['gone', { outcome: 'gone', httpStatus: 410 }, 'failed'],
  ])('that is %s is tried once', async (_, answer, status) => {
    const { afterMs = 0, ...seen } = answer;
    const { world, sentAtMs } = await afterThreeDays(() => answer);

    expect(sentAtMs).toHaveLength(1);
    expect(await deliveries(world)).toMatchObject([{ status, attempts: [{ atMs: sentAtMs[0], durationMs: afterMs, ...seen }] }]);
  });

  it('whose receiver asks for a longer pause than the schedule’s gets it, and all ten attempts', async () => {
    const { world, sentAtMs } = await afterThreeDays(() => ({ outcome: 'throttled', httpStatus: 429, retryAfterMs: HOUR_MS }));

    expect(sentAtMs).toHaveLength(10);
    for (const [index, pauseMs] of PAUSES_MS.entries()) expect((sentAtMs[index + 1] ?? 0) - (sentAtMs[index] ?? 0)).toBeGreaterThanOrEqual(Math.max(pauseMs * (1 - JITTER), HOUR_MS));
    expect(await deliveries(world)).toMatchObject([{ status: 'failed', attempts: Array.from({ length: 10 }, () => ({ outcome: 'throttled', httpStatus: 429 })) }]);
  });

  it('is tried on the whole schedule anew when it is redelivered', async () => {
    let isUp = false;
    const world = aWorld({ [SHOP]: (...args) => (isUp ? { outcome: 'delivered', httpStatus: 200 } : refusing(...args)) }, { idleMs: 30_000 });
    await register(world);
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
    await world.time.pass(90 * HOUR_MS);
    const [{ deliveryId } = { deliveryId: '' }] = await deliveries(world);

    await world.outbox.redeliver(OWNER, deliveryId, signal);
    deliverer.nudge();
    await world.time.pass(1_000);
    isUp = true;
    await world.time.pass(60_000);

    expect(await deliveries(world)).toMatchObject([{ deliveryId, status: 'delivered' }]);
    expect(world.sender.sent).toHaveLength(12);
    await deliverer.close();
  });

  it('is signed with the old secret too for a day after it has been changed', async () => {
    const world = aWorld({}, { idleMs: 60_000 });
    const { endpoint, secret } = await register(world);
    const rotated = await world.endpoints.rotateSecret(OWNER, endpoint.endpointId, signal);
    const deliverer = world.openDeliverer();
    deliverer.start();
    const secrets = [rotated?.secret ?? '', secret];
    const signaturesBy = (index: number): string[] => {
      const { headers, body } = world.sender.sent[index] ?? { headers: undefined, body: '' };
      const at = new Date(Number(headers?.['webhook-timestamp']) * 1_000);
      return secrets.map((one) => new Webhook(one).sign(headers?.['webhook-id'] ?? '', at, Buffer.from(body))).filter((one) => headers?.['webhook-signature'].split(' ').includes(one));
    };

    await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
    deliverer.nudge();
    await world.time.pass(24 * HOUR_MS);
    await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
    deliverer.nudge();
    await world.time.pass(1_000);

    expect(signaturesBy(0)).toHaveLength(2);
    expect(signaturesBy(1)).toHaveLength(1);
    await deliverer.close();
  });
});

describe('an endpoint', () => {
  it('that says 410 is off at once, and what was on its way is dropped', async () => {
    const world = aWorld({ [SHOP]: () => ({ outcome: 'gone', httpStatus: 410 }) });
    const { endpoint } = await register(world);
    for (let event = 0; event < 3; event++) await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(60_000);

    expect(await world.endpoints.get(OWNER, endpoint.endpointId, signal)).toMatchObject({ status: 'disabled', disabledBecause: 'gone' });
    expect(world.sender.sent).toHaveLength(1);
    expect((await deliveries(world)).map(({ status }) => status).toSorted()).toEqual(['dropped', 'dropped', 'failed']);
    expect(world.disabled).toEqual([{ endpointId: endpoint.endpointId, because: 'gone' }]);
    await deliverer.close();
  });

  it('is off after 120 hours without one success, and starts afresh when its owner turns it on again', async () => {
    const world = aWorld({ [SHOP]: refusing }, { idleMs: 30_000 });
    const { endpoint } = await register(world);
    const deliverer = world.openDeliverer();
    deliverer.start();
    const isOn = async (): Promise<boolean> => (await world.endpoints.get(OWNER, endpoint.endpointId, signal))?.status === 'enabled';
    const hours: number[] = [];
    for (let hour = 0; hour < 130; hour++) {
      await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
      await world.time.pass(HOUR_MS);
      if (await isOn()) hours.push(hour);
    }

    expect(hours.at(-1)).toBe(119);
    expect(await world.endpoints.get(OWNER, endpoint.endpointId, signal)).toMatchObject({ disabledBecause: 'failing' });
    await world.endpoints.update(OWNER, endpoint.endpointId, { status: 'enabled' }, signal);
    await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
    await world.time.pass(HOUR_MS);
    expect(await isOn()).toBe(true);
    await deliverer.close();
  });

  it('stays on when it takes something now and then', async () => {
    const world = aWorld({ [SHOP]: (_, number) => (number % 50 === 0 ? { outcome: 'delivered', httpStatus: 200 } : { outcome: 'refused', httpStatus: 500 }) }, { idleMs: 30_000 });
    const { endpoint } = await register(world);
    const deliverer = world.openDeliverer();
    deliverer.start();
    for (let hour = 0; hour < 200; hour++) {
      await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
      await world.time.pass(HOUR_MS);
    }

    expect(await world.endpoints.get(OWNER, endpoint.endpointId, signal)).toMatchObject({ status: 'enabled' });
    await deliverer.close();
  });

  it('that asks for a pause gets it, for all that is on its way to it', async () => {
    const sentAtMs: number[] = [];
    const world: World = aWorld({
      [SHOP]: (_, number) => {
        sentAtMs.push(world.time.clock.nowMs());
        return number === 1 ? { outcome: 'throttled', httpStatus: 429, retryAfterMs: 120_000 } : { outcome: 'delivered', httpStatus: 200 };
      },
    });
    await register(world);
    for (let event = 0; event < 5; event++) await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(HOUR_MS);

    expect((sentAtMs[1] ?? 0) - (sentAtMs[0] ?? 0)).toBeGreaterThanOrEqual(120_000);
    expect((await deliveries(world)).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'delivered'));
    await deliverer.close();
  });

  it('that goes on saying 429 is asked ever more rarely, at least once a minute', async () => {
    const sentAtMs: number[] = [];
    const world: World = aWorld({
      [SHOP]: () => {
        sentAtMs.push(world.time.clock.nowMs());
        return { outcome: 'throttled', httpStatus: 429 };
      },
    });
    await register(world);
    for (let event = 0; event < 500; event++) await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(HOUR_MS);

    expect(sentAtMs.length).toBeLessThan(75);
    expect(sentAtMs.length).toBeGreaterThan(40);
    await deliverer.close();
  });

  it('that is removed gets nothing more', async () => {
    const world = aWorld();
    const { endpoint } = await register(world);
    await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
    await world.endpoints.remove(OWNER, endpoint.endpointId, signal);
    const deliverer = world.openDeliverer();
    deliverer.start();
    await world.time.pass(60_000);

    expect(world.sender.sent).toEqual([]);
    expect(world.records.deliveries.all).toMatchObject([{ status: 'dropped' }]);
    await deliverer.close();
  });
});
