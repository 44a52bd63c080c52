import { describe, expect, it, jest } from '@jest/globals';
import { anEvent, inMemoryWebhooks, ScriptedWebhookSender, VirtualTime, type InMemoryWebhooks, type Receiver } from '../testing/index.ts';
import type { WebhookOwner } from '../webhook-endpoint.ts';

// A limit for a busy machine, no measure of anything.
jest.setTimeout(60_000);

const { signal } = new AbortController();
const hanging: ReturnType<Receiver> = { outcome: 'timed-out', afterMs: 15_000 };
const taking: ReturnType<Receiver> = { outcome: 'delivered', httpStatus: 200, afterMs: 50 };
/** Of the growth that others’ troubles may bring; all else is luck of the order. */
const MOST_GROWTH = 1.1;

interface Target {
  owner: WebhookOwner;
  url: string;
  endpointId: string;
}

/** Endpoints that are told of one event each second, and how long those that take them at once had to wait for each. */
class Neighbourhood {
  readonly time = new VirtualTime();
  readonly world: InMemoryWebhooks;
  readonly targets: Target[] = [];
  readonly #enqueuedAtMs = new Map<string, number>();
  readonly delaysMs: number[] = [];

  constructor(answerOf: (url: string) => ReturnType<Receiver>, mostInFlight: number) {
    const sender = new ScriptedWebhookSender(this.time, (url) => ({ headers }) => {
      const answer = answerOf(url);
      if (answer === taking) this.delaysMs.push(this.time.clock.nowMs() - (this.#enqueuedAtMs.get(headers['webhook-id']) ?? 0));
      return answer;
    });
    this.world = inMemoryWebhooks({ clock: this.time.clock, timers: this.time, sender, mostInFlight });
  }

  async register(kind: string, owners: number, perOwner: number): Promise<void> {
    for (let index = 0; index < owners * perOwner; index++) {
      const owner = { tenantId: 'tenant', subject: `${kind}-${index % owners}` };
      const url = `https://${kind}-${index}.partner-shop.jp/`;
      const { endpoint } = await this.world.endpoints.register(owner, { url, eventTypes: [] }, signal);
      this.targets.push({ owner, url, endpointId: endpoint.endpointId });
    }
  }

  async tell({ owner, endpointId }: Target): Promise<void> {
    const event = anEvent({ timestamp: new Date(this.time.clock.nowMs()).toISOString() });
    this.#enqueuedAtMs.set(event.id, this.time.clock.nowMs());
    await this.world.outbox.enqueue(owner, event, { endpointId }, signal);
  }

  /** Runs one deliverer for so long, and its end; endpoints of this kind are told of so many events a second. */
  async live(seconds: number, { kind, times }: { kind: string; times: number } = { kind: '', times: 1 }): Promise<void> {
    const deliverer = this.world.openDeliverer();
    deliverer.start();
    for (let second = 0; second < seconds; second++) {
      for (const target of this.targets) for (let time = 0; time < (target.url.includes(kind) ? times : 1); time++) await this.tell(target);
      deliverer.nudge();
      await this.time.pass(1_000);
    }
    const closed = deliverer.close();
    await this.time.pass(1_000);
    await closed;
  }
}

const p99 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? NaN;

describe('endpoints that take everything at once', () => {
  it('are told as soon as ever while as many others hang', async () => {
    const delays = async (deadPerOwner: number): Promise<number[]> => {
      const street = new Neighbourhood((url) => (url.includes('dead') ? hanging : taking), 150);
      await street.register('dead', 10, deadPerOwner);
      await street.register('healthy', 10, 5);
      await street.live(120);
      return street.delaysMs;
    };
    const [alone, besideTheDead] = [await delays(0), await delays(5)];

    expect(besideTheDead).toHaveLength(120 * 50);
    expect(p99(besideTheDead)).toBeLessThanOrEqual(p99(alone) * MOST_GROWTH);
  });

  it.each([
    ['known from before', true],
    ['new to everybody', false],
  ])('and are %s are told as soon as ever by a deliverer that has just started, while more hang than may be under way', async (_, isKnown) => {
    const delays = async (deadPerOwner: number): Promise<number[]> => {
      const street = new Neighbourhood((url) => (url.includes('dead') ? hanging : taking), 80);
      await street.register('dead', 10, deadPerOwner);
      if (isKnown) await street.register('healthy', 10, 2);
      // Long enough for each of the dead to have failed once.
      await street.live(75);
      street.delaysMs.length = 0;
      if (!isKnown) await street.register('healthy', 10, 2);
      await street.live(60);
      return street.delaysMs;
    };
    const [alone, besideTheDead] = [await delays(0), await delays(10)];

    expect(besideTheDead).toHaveLength(60 * 20);
    expect(p99(besideTheDead)).toBeLessThanOrEqual(p99(alone) * MOST_GROWTH);
  });

  it.each([
    ['ten seconds', 10_000],
    ['just less than what is called slow', 950],
  ])('are told as soon as ever while one owner with much to be told takes each in %s', async (_, afterMs) => {
    const delays = async (slow: number): Promise<number[]> => {
      const street = new Neighbourhood((url) => (url.includes('slow') ? { outcome: 'delivered', httpStatus: 200, afterMs } : taking), 80);
      await street.register('slow', 1, slow);
      await street.register('healthy', 10, 2);
      await street.live(60, { kind: 'slow', times: 10 });
      return street.delaysMs;
    };

    const [alone, besideTheSlow] = [await delays(0), await delays(20)];

    expect(besideTheSlow).toHaveLength(60 * 20);
    expect(p99(besideTheSlow)).toBeLessThanOrEqual(p99(alone) * MOST_GROWTH);
  });
});
