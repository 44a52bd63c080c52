import { describe, expect, it } from '@jest/globals';
import { reachedOnce } from './reached-once.ts';

describe('a dependency that must be reached once', () => {
  it('is asked until it answers, and counts as there from then on', async () => {
    const answers = [false, true, false];
    const asked: boolean[] = [];
    const check = reachedOnce(async () => {
      const answer = answers[asked.length] ?? false;
      asked.push(answer);
      return answer;
    });
    const signal = AbortSignal.timeout(1_000);

    expect([await check(signal), await check(signal), await check(signal)]).toEqual([false, true, true]);
    expect(asked).toEqual([false, true]);
  });
});
