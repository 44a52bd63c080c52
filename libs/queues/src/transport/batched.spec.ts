import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { Batched } from './batched.ts';

const away = new AppError('unavailable', 'queues.unavailable', 'away');
const lost = new AppError('conflict', 'queues.message-lost', 'lost');
const settled = () => new Promise((resolve) => setImmediate(resolve));

function batchedWith(answer: (items: readonly number[], call: number) => readonly (AppError | undefined)[]) {
  const calls: (readonly number[])[] = [];
  const timers = new StoppedTimers();
  const batched = new Batched<number>({
    call: async (items) => answer(items, calls.push(items)),
    isPassing: (error) => error === away,
    timers,
    random: () => 1,
  });
  return { batched, calls, timers };
}

const all = (items: readonly number[]) => items.map(() => undefined);

describe('calls in batches', () => {
  it('go out when ten have come together', async () => {
    const { batched, calls } = batchedWith(all);

    const answers = await Promise.all(Array.from({ length: 10 }, (_, number) => batched.add(number)));

    expect(calls).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
    expect(answers).toEqual(Array(10).fill(undefined));
  });

  it('go out with fewer after a moment', async () => {
    const { batched, calls, timers } = batchedWith(all);

    void batched.add(1);
    void batched.add(2);
    const before = [...calls];
    timers.advance(5);

    expect([before, calls]).toEqual([[], [[1, 2]]]);
  });

  it('repeat what failed for the moment, alone, and tell of what failed for good', async () => {
    const { batched, calls, timers } = batchedWith((items, call) => (call === 1 ? [undefined, away, lost] : all(items)));
    const answers = [1, 2, 3].map((number) => batched.add(number));

    timers.advance(5);
    await settled();
    timers.advance(200);

    expect(await Promise.all(answers)).toEqual([undefined, undefined, lost]);
    expect(calls).toEqual([[1, 2, 3], [2]]);
  });

  it('give up after five tries of a whole call that fails', async () => {
    const { batched, calls, timers } = batchedWith(() => {
      throw away;
    });
    const answer = batched.add(1);

    for (let n = 0; n < 10; n++) {
      timers.advance(10_000);
      await settled();
    }

    expect(await answer).toBe(away);
    expect(calls).toHaveLength(5);
  });

  it('are all made and settled by a flush', async () => {
    const { batched, calls } = batchedWith(all);
    const answer = batched.add(1);

    await batched.flush();

    expect(calls).toEqual([[1]]);
    expect(await answer).toBeUndefined();
  });
});
