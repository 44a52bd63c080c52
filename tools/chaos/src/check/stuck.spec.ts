import { describe, expect, it } from '@jest/globals';
import { checkStuck } from './stuck.ts';

const run = { lastKillAtMs: 100_000, openAtLastKill: 20, nearlyDone: 20, late: [], doneAtMs: 160_000, toldAtMs: 300_000, emptyAtMs: 200_000 };
const isOk = (about: Partial<Parameters<typeof checkStuck>[0]>): boolean[] => checkStuck({ ...run, ...about }).map((found) => found.isOk);

describe('the check of what follows the last kill', () => {
  it('takes a minute from the last kill to the last job, whatever webhooks and second messages take', () => {
    expect(isOk({})).toEqual([true, true]);
  });

  it('finds a job that took longer, and one that never ended', () => {
    expect(isOk({ doneAtMs: 160_001 })).toEqual([true, false]);
    expect(isOk({ late: ['job-1'] })).toEqual([true, false]);
  });

  it('finds that killing ended long before the work', () => {
    expect(isOk({ openAtLastKill: 21 })).toEqual([false, true]);
  });
});
