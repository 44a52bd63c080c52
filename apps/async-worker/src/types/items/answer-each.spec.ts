import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import type { TextItem } from '@manga-assist/schemas/jobs';
import { answerEach } from './answer-each.ts';

const items = (count: number): TextItem[] => Array.from({ length: count }, (_, index) => ({ id: `r${index}`, text: 'A lovely story.' }));
const blocked = new AppError('forbidden', 'bedrock.blocked-answer', 'This cannot be answered here.');
const unfit = new AppError('unavailable', 'bedrock.unfit-answer', 'The model gave an answer that cannot be used.');
const away = new AppError('unavailable', 'bedrock.unavailable', 'The model cannot be reached at the moment.');

type Answer = { id: string };
type Ask = (part: readonly TextItem[], signal: AbortSignal) => Promise<readonly Answer[]>;

/** In parts of as many as said; what each part was. */
function asking(texts: readonly TextItem[], ask: Ask, { partSize = 20, signal = new AbortController().signal } = {}) {
  const asked: string[][] = [];
  const progress: number[] = [];
  const answered = answerEach<Answer>({
    items: texts,
    partsOf: (some) => Array.from({ length: Math.ceil(some.length / partSize) }, (_, index) => some.slice(index * partSize, (index + 1) * partSize)),
    ask: (part, partSignal) => {
      asked.push(part.map(({ id }) => id));
      return ask(part, partSignal);
    },
    onProgress: async (done) => void progress.push(done),
    signal,
  });
  return { asked, progress, answered };
}

/** Refuses every part that holds one of these, as one text does to all that are asked with it. */
const poisonedBy = (ids: readonly string[], error = blocked): Ask => async (part) => {
  if (part.some(({ id }) => ids.includes(id))) throw error;
  return part.map(({ id }) => ({ id }));
};

describe('many texts, of which the model refuses one', () => {
  it.each([
    ['blocked', blocked],
    ['unfit', unfit],
    ['cut', new AppError('unavailable', 'bedrock.cut-answer', 'The answer was longer than allowed.')],
  ] as const)('are asked for in ever smaller parts, until that one alone goes without an answer: %s', async (refusal, error) => {
    const { asked, progress, answered } = asking(items(40), poisonedBy(['r7'], error));

    const { answers, refusals } = await answered;

    expect([...refusals]).toEqual([['r7', refusal]]);
    expect(answers.size).toBe(39);
    expect(asked.length).toBeLessThanOrEqual(2 + 2 * Math.ceil(Math.log2(20)));
    expect(progress.at(-1)).toBe(40);
  });

  it('are asked for less than twice each when all of them are refused', async () => {
    const { asked, answered } = asking(items(50), poisonedBy(items(50).map(({ id }) => id)));

    const { answers, refusals } = await answered;

    expect([answers.size, refusals.size]).toEqual([0, 50]);
    expect(asked.length).toBeLessThan(100);
  });

  it('fail together when the model has no usable answer to any, and soon', async () => {
    const { asked, answered } = asking(items(50), poisonedBy(items(50).map(({ id }) => id), unfit));

    await expect(answered).rejects.toBe(unfit);
    expect(asked.length).toBeLessThanOrEqual(24 + 4);
  });

  it('fail together when the model cannot be reached, without being asked for in smaller parts', async () => {
    const { asked, answered } = asking(items(20), poisonedBy(['r7'], away));

    await expect(answered).rejects.toBe(away);
    expect(asked).toHaveLength(1);
  });
});

describe('many texts, in several parts at once', () => {
  it('stop together: after the first failure no part is begun and none goes on, and that failure is told', async () => {
    const signals: AbortSignal[] = [];
    let ended = 0;
    const { asked, answered } = asking(items(10), async (_, signal) => {
      const place = signals.push(signal);
      if (place === 4) throw away;
      await until('the call to be given up', () => signal.aborted);
      // A call takes a while to end, and what it used is booked then.
      await new Promise(setImmediate);
      ended++;
      // One of them was as good as answered.
      if (place === 1) return [];
      throw new AppError('cancelled', 'bedrock.cancelled', 'The request was cancelled.');
    }, { partSize: 1 });

    await expect(answered).rejects.toBe(away);

    expect(ended).toBe(3);
    expect(asked).toHaveLength(4);
  });

  it('stop when the job is to stop', async () => {
    const stop = new AbortController();
    const { asked, answered } = asking(items(10), async (_, signal) => {
      stop.abort(new DOMException('The job is cancel-requested.', 'AbortError'));
      signal.throwIfAborted();
      return [];
    }, { partSize: 1, signal: stop.signal });

    await expect(answered).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('leave nothing behind on the job’s signal', async () => {
    const { signal } = new AbortController();

    await asking(items(10), poisonedBy([]), { partSize: 1, signal }).answered;

    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
