import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import type { ReceivedMessage } from '../aws/received-message.ts';
import { Polling, type PolledQueue } from './polling.ts';

interface Call {
  queue: string;
  atMost: number;
  waitSeconds: number;
  signal: AbortSignal;
  answer(messages: number): Promise<void>;
  fail(): Promise<void>;
}

const aMessage = (): ReceivedMessage => ({ messageId: 'm', receiptHandle: 'r', body: '{}', rawAttributes: {}, receiveCount: 1, sentAtMs: 0 });
/** Lets everything that waits for an answered call go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A polling whose every call the test answers. */
function pollingOf(places: number, weights: Record<string, number>, { mostPerReceive = 10 } = {}) {
  const calls: Call[] = [];
  const held: PolledQueue[] = [];
  const troubles: string[] = [];
  const clock = new StoppedClock();
  const timers = new StoppedTimers();
  let isWanted = true;
  let isCrowded = false;
  const aside: PolledQueue[] = [];
  const queues = Object.entries(weights).map(([name, weight]): PolledQueue => ({
    name,
    weight,
    mostPerReceive,
    sqs: {
      receive: ({ atMost, waitSeconds }, signal) =>
        new Promise((resolve, reject) => {
          const take = (end: () => void) => {
            if (calls.includes(call)) calls.splice(calls.indexOf(call), 1);
            end();
            return settled().then(() => undefined);
          };
          const call: Call = {
            queue: name,
            atMost,
            waitSeconds,
            signal,
            // A call that brought messages is followed by another, once the places have been gathered.
            answer: (messages) => take(() => resolve(Array.from({ length: messages }, aMessage))).then(() => void (messages > 0 && timers.advance(3))),
            fail: () => take(() => reject(new AppError('unavailable', 'queues.unavailable', 'away'))),
          };
          signal.addEventListener('abort', () => void take(() => reject(new AppError('cancelled', 'request.cancelled', 'stopped'))));
          calls.push(call);
        }),
    },
  }));
  const polling: Polling = new Polling({
    places,
    queues,
    hideForSeconds: 30,
    clock,
    timers,
    random: () => 1,
    onMessages: (queue, messages, isLook) => {
      for (const _ of messages) {
        const standsBack = isCrowded && (isLook || polling.isSpareInUse(queue));
        (standsBack ? aside : held).push(queue);
        if (standsBack) polling.setAside(queue);
      }
    },
    onTrouble: ({ name }, { code }) => troubles.push(`${name} ${code}`),
    asideOf: (queue) => aside.filter((other) => other === queue).length,
    onPlace: (queue) => held.push(...aside.splice(aside.indexOf(queue), 1)),
    isCrowded: () => isCrowded,
    isWanted: () => isWanted,
  });
  polling.start();
  const asked = () => calls.map(({ queue, atMost, waitSeconds }) => `${queue} ${atMost} ${waitSeconds > 0 ? 'watching' : 'at once'}`);
  const callOf = (queue: string) => calls.find((call) => call.queue === queue) as Call;
  const release = (queue: string, count = 1) => {
    for (let n = 0; n < count; n++) polling.release(held.splice(held.findIndex(({ name }) => name === queue), 1)[0] as PolledQueue);
  };
  return { aside, asked, callOf, calls, held, polling, release, timers, troubles, want: (yes: boolean) => (isWanted = yes), crowd: (yes: boolean) => (isCrowded = yes) };
}

const priorities = { high: 8, normal: 4, low: 1 };

describe('polling several queues', () => {
  it('watches each in places of its own, and leaves the common ones free', () => {
    const { asked } = pollingOf(16, priorities);

    expect(asked()).toEqual(['high 4 watching', 'normal 2 watching', 'low 1 watching']);
  });

  it('brings as many as there are places once more is known to wait, and never more', async () => {
    const { asked, callOf, held } = pollingOf(16, priorities);

    await callOf('low').answer(1);
    expect(asked()).toEqual(['high 4 watching', 'normal 2 watching', 'low 9 at once']);
    await callOf('low').answer(9);

    expect(held).toHaveLength(10);
    expect(asked()).toEqual(['high 4 watching', 'normal 2 watching']);
  });

  it('goes on watching urgent queues while a backlog fills all other places', async () => {
    const { asked, callOf } = pollingOf(16, priorities);
    await callOf('low').answer(1);
    await callOf('low').answer(9);

    await callOf('high').answer(1);

    expect(asked()).toEqual(['normal 2 watching', 'high 3 watching']);
  });

  it('gives common places to the queue that has the fewest in use for its weight', async () => {
    const { asked, callOf, calls, release, timers } = pollingOf(40, priorities);
    await callOf('low').answer(1);
    await callOf('low').answer(10);
    for (let low = callOf('low'); low; low = callOf('low')) await low.answer(low.atMost);
    await callOf('high').answer(10);
    for (let high = callOf('high'); high; high = callOf('high')) await high.answer(high.atMost);
    calls.length = 0;

    release('low', 10);
    timers.advance(5);

    // Low holds twelve places for its weight of one, high a dozen for its weight of eight.
    expect(asked()[0]).toBe('high 10 at once');
  });

  it('keeps a place moving for the least urgent while urgent ones never end', async () => {
    const { asked, callOf, held } = pollingOf(16, priorities);
    await callOf('high').answer(4);
    await callOf('high').answer(9);

    await callOf('low').answer(1);

    expect(held.filter(({ name }) => name === 'high')).toHaveLength(13);
    expect(held.filter(({ name }) => name === 'low')).toHaveLength(1);
    expect(asked()).toEqual(['normal 2 watching']);
  });

  it('watches with one common place when those of the queue are in use', async () => {
    const { asked, callOf } = pollingOf(16, priorities);

    await callOf('normal').answer(2);
    await callOf('normal').answer(0);

    expect(asked()).toContain('normal 1 watching');
  });

  it('gathers free places for a moment, so that a call brings more than one message', async () => {
    const { asked, callOf, release, timers } = pollingOf(16, priorities);
    await callOf('low').answer(1);
    await callOf('low').answer(9);

    release('low');
    release('low');
    const before = asked();
    timers.advance(3);

    expect(before).not.toContain('low 2 at once');
    expect(asked()).toContain('low 2 at once');
  });

  it('asks a queue that fails again later and later, and says so each time', async () => {
    const { asked, callOf, timers, troubles } = pollingOf(4, { only: 1 });

    for (const pauseMs of [500, 1_000, 2_000]) {
      await callOf('only').fail();
      timers.advance(pauseMs - 1);
      expect(asked()).toEqual([]);
      timers.advance(1);
      expect(asked()).toEqual(['only 4 watching']);
    }

    expect(troubles).toEqual(Array(3).fill('only queues.unavailable'));
  });

  it('does not stop the other queues when one fails', async () => {
    const { asked, callOf } = pollingOf(16, priorities);

    await callOf('high').fail();
    await callOf('low').answer(1);

    expect(asked()).toEqual(['normal 2 watching', 'low 9 at once']);
  });

  it('slows down before a server that does not wait as asked', async () => {
    const { asked, callOf, timers } = pollingOf(4, { only: 1 });

    for (let n = 0; n < 3; n++) await callOf('only').answer(0);
    const atFirst = asked();
    timers.advance(20);
    await callOf('only').answer(0);
    timers.advance(39);
    const later = asked();
    timers.advance(1);

    expect([atFirst, later, asked()]).toEqual([[], [], ['only 4 watching']]);
  });

  it('asks for nothing while nothing is wanted', async () => {
    const { asked, callOf, polling, want } = pollingOf(4, { only: 1 });
    want(false);

    await callOf('only').answer(2);
    const before = asked();
    want(true);
    polling.resume();

    expect([before, asked()]).toEqual([[], ['only 2 watching']]);
  });

  it('does not fill the last places of a crowded queue, and looks with one of them for somebody else', async () => {
    const { asked, callOf, crowd, release } = pollingOf(20, { only: 1, other: 1 });
    crowd(true);

    await callOf('only').answer(5);
    const atMost = asked();
    await callOf('only').answer(9);
    release('only', 3);

    // Fifteen places, one of them spare; three have become free.
    expect(atMost).toContain('only 9 at once');
    expect(asked()).toEqual(['other 5 watching', 'only 1 watching']);
  });

  it('rests between two looks into a crowded queue, but not when a place becomes free', async () => {
    const { aside, asked, callOf, crowd, held, release, timers } = pollingOf(4, { only: 1 });
    crowd(true);

    await callOf('only').answer(3);
    timers.advance(16);
    const resting = asked();
    timers.advance(1);
    const rested = asked();
    await callOf('only').answer(1);
    const setAside = [held.length, aside.length, asked()];
    release('only');

    expect([resting, rested]).toEqual([[], ['only 1 watching']]);
    expect(setAside).toEqual([3, 1, []]);
    // What was set aside goes first.
    expect([held.length, aside.length, asked()]).toEqual([3, 0, []]);
  });

  it('gives a place that becomes free while a look is under way to the queue it is for', async () => {
    const { aside, asked, callOf, crowd, held, release, timers } = pollingOf(8, { high: 8, low: 1 });
    crowd(true);
    await callOf('low').answer(1);
    await callOf('low').answer(3);
    await callOf('high').answer(3);
    const whileFull = asked();

    release('low');
    timers.advance(3);
    const whenFree = asked();
    await callOf('low').answer(1);

    expect(whileFull).toEqual(['low 1 watching']);
    expect(whenFree).toEqual(['low 1 watching', 'high 1 at once']);
    // What the look brought waits, although it came first.
    expect([held.map(({ name }) => name), aside.map(({ name }) => name)]).toEqual([['low', 'low', 'low', 'high', 'high', 'high'], ['low']]);
  });

  it('ends long polls at once when it stops, and waits for what may still bring messages', async () => {
    const { asked, callOf, held, polling } = pollingOf(16, priorities);
    await callOf('low').answer(1);

    let hasStopped = false;
    const stopping = polling.stop().then(() => (hasStopped = true));
    await settled();
    const meanwhile = [...asked(), hasStopped];
    await callOf('low').answer(3);
    await stopping;

    expect(meanwhile).toEqual(['low 9 at once', false]);
    expect([held.length, asked()]).toEqual([4, []]);
  });
});
