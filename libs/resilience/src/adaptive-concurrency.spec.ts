import { describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { getEventListeners } from 'node:events';
import { AdaptiveConcurrency, type Slot } from './index.ts';

const never = new AbortController().signal;

function aLimiter(maximum = 10, maxWaiting = 2) {
  const clock = new StoppedClock();
  return { clock, limiter: new AdaptiveConcurrency({ clock, maximum, maxWaiting }) };
}

async function slots(limiter: AdaptiveConcurrency, count: number): Promise<Slot[]> {
  const taken: Slot[] = [];
  for (let slot = 0; slot < count; slot++) taken.push((await limiter.acquire(never)) as Slot);
  return taken;
}

describe('adaptive concurrency', () => {
  it('lets as many calls run as its limit says, and the next ones wait their turn', async () => {
    const { limiter } = aLimiter(2);
    const [first] = await slots(limiter, 2);
    const order: string[] = [];
    const third = limiter.acquire(never).then((slot) => (order.push('third'), slot));
    const fourth = limiter.acquire(never).then((slot) => (order.push('fourth'), slot));
    expect([limiter.inFlight, limiter.waiting]).toEqual([2, 2]);

    first?.release('ignored');
    (await third)?.release('ignored');
    await fourth;

    expect(order).toEqual(['third', 'fourth']);
  });

  it('turns callers away when too many wait', async () => {
    const { limiter } = aLimiter(1, 1);
    await slots(limiter, 1);
    void limiter.acquire(never);

    await expect(limiter.acquire(never)).resolves.toBeUndefined();
  });

  it('shrinks to 70 % on a throttle, once per burst', async () => {
    const { limiter, clock } = aLimiter(10);
    const taken = await slots(limiter, 10);

    for (const slot of taken) slot.release('throttled');
    expect(limiter.limit).toBe(7);
    clock.advance(1_000);
    for (const slot of await slots(limiter, 7)) slot.release('throttled');

    expect(limiter.limit).toBe(4);
  });

  it('never shrinks below its minimum', async () => {
    const { limiter, clock } = aLimiter(3);

    for (let time = 0; time < 10; time++) {
      clock.advance(1_000);
      (await limiter.acquire(never))?.release('throttled');
    }

    expect(limiter.limit).toBe(1);
  });

  it('grows by about one for a full round of successes, and not beyond its maximum', async () => {
    const { limiter } = aLimiter(10);
    (await limiter.acquire(never))?.release('throttled');
    const round = async () => {
      let running = await slots(limiter, limiter.limit - limiter.inFlight);
      for (let success = limiter.limit; success > 0; success--) {
        running.shift()?.release('succeeded');
        running = [...running, ...(await slots(limiter, limiter.limit - limiter.inFlight))];
      }
      for (const slot of running) slot.release('ignored');
      return limiter.limit;
    };

    const limits = [limiter.limit, await round(), await round(), await round(), await round(), await round()];

    expect(limits).toEqual([7, 7, 8, 9, 10, 10]);
  });

  it('does not grow while nobody needs more', async () => {
    const { limiter } = aLimiter(10);
    (await limiter.acquire(never))?.release('throttled');

    for (let call = 0; call < 100; call++) (await limiter.acquire(never))?.release('succeeded');

    expect(limiter.limit).toBe(7);
  });

  it('forgets a waiting caller whose signal fires', async () => {
    const { limiter } = aLimiter(1);
    const [first] = await slots(limiter, 1);
    const controller = new AbortController();
    const waiting = limiter.acquire(controller.signal);

    controller.abort('left');

    await expect(waiting).rejects.toBe('left');
    first?.release('ignored');
    expect([limiter.inFlight, limiter.waiting]).toEqual([0, 0]);
    await expect(limiter.acquire(controller.signal)).rejects.toBe('left');
  });

  it('leaves no listener on the signal of an admitted caller', async () => {
    const { limiter } = aLimiter(1);
    const [first] = await slots(limiter, 1);
    const { signal } = new AbortController();
    const waiting = limiter.acquire(signal);

    first?.release('ignored');
    await waiting;

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('counts a slot that is released twice once', async () => {
    const { limiter } = aLimiter(2);
    const [first] = await slots(limiter, 2);

    first?.release('ignored');
    first?.release('ignored');

    expect(limiter.inFlight).toBe(1);
  });

  it('refuses limits that make no sense', () => {
    expect(() => new AdaptiveConcurrency({ clock: new StoppedClock(), maximum: 0 })).toThrow(RangeError);
  });
});
