import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { joinBatchResults } from './join-batch-results.ts';

const good = (recordId: string, text = recordId) => JSON.stringify({ recordId, modelInput: {}, modelOutput: { text } });
const bad = (recordId: string) => JSON.stringify({ recordId, modelInput: {}, error: { errorCode: 400, errorMessage: 'no' } });

describe('joining the results of a batch', () => {
  it('goes by record id, not by order', () => {
    expect(joinBatchResults(['a', 'b', 'c'], [good('c'), bad('a'), good('b')])).toEqual({
      results: [
        { recordId: 'a', status: 'failed', errorCode: 400 },
        { recordId: 'b', status: 'succeeded', modelOutput: { text: 'b' } },
        { recordId: 'c', status: 'succeeded', modelOutput: { text: 'c' } },
      ],
      damagedLines: 0,
      strangeLines: 0,
    });
  });

  it('says what is missing, also when the last line is cut', () => {
    const { results, damagedLines } = joinBatchResults(['a', 'b'], [good('a'), good('b').slice(0, -3), '']);

    expect(results.map(({ status }) => status)).toEqual(['succeeded', 'missing']);
    expect(damagedLines).toBe(1);
  });

  it('takes a line that came twice once, and believes neither of two that differ', () => {
    const twice = joinBatchResults(['a', 'b'], [good('a'), good('b', 'one'), good('a'), good('b', 'two'), good('b', 'one')]);

    expect(twice.results.map(({ status }) => status)).toEqual(['succeeded', 'ambiguous']);
  });

  it('counts what belongs to nobody', () => {
    const lines = [good('stranger'), '[]', 'null', '{"recordId":7,"modelOutput":{}}', '{"recordId":"a"}', '{"recordId":"a","modelOutput":[]}'];

    expect(joinBatchResults(['a'], lines)).toEqual({ results: [{ recordId: 'a', status: 'missing' }], damagedLines: 5, strangeLines: 1 });
  });

  it('never gives a record the answer of another, whatever became of the file', () => {
    const damage = fc.record({ keep: fc.boolean(), copies: fc.integer({ min: 1, max: 3 }), isError: fc.boolean(), cutAt: fc.option(fc.nat(200)) });
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 15 }), fc.array(damage, { minLength: 15, maxLength: 15 }), fc.nat(), fc.nat(), (ids, damages, seed, cut) => {
        const lines = ids.flatMap((id, index) => {
          const { keep, copies, isError, cutAt } = damages[index] ?? { keep: true, copies: 1, isError: false, cutAt: null };
          const line = isError ? bad(id) : good(id);
          return keep ? Array.from({ length: copies }, () => (cutAt === null ? line : line.slice(0, cutAt))) : [];
        });
        const shuffled = lines.map((line, index) => ({ line, at: Math.sin(seed + index) })).sort((one, other) => one.at - other.at);
        const file = shuffled.map(({ line }) => `${line}\n`).join('');
        const cutFile = file.slice(0, file.length - (cut % 60));

        const { results } = joinBatchResults(ids, cutFile.split('\n'));

        expect(results.map(({ recordId }) => recordId)).toEqual(ids);
        for (const [index, result] of results.entries()) {
          const sent = damages[index];
          if (result.status === 'succeeded') expect([result.modelOutput, sent?.isError, sent?.keep]).toEqual([{ text: result.recordId }, false, true]);
          if (result.status === 'failed') expect([sent?.isError, sent?.keep]).toEqual([true, true]);
          expect(result.status).not.toBe('ambiguous');
        }
      }),
    );
  });
});
