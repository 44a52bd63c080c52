import { describe, expect, it } from '@jest/globals';
import { aJob, anEndedJob } from '@manga-assist/jobs/testing';
import { checkAttempts, checkFaults, checkModelCalls, checkRepeatedWebhooks } from './twice.ts';

const call = (webhookId: string, atMs: number) => ({ webhookId, type: 'job.completed', about: webhookId, tenant: 'store', atMs });

describe('the check of repeated webhooks', () => {
  const isOk = (calls: [string, number][], deathsAtMs: number[], atLeast?: number): boolean => checkRepeatedWebhooks(calls.map(([id, atMs]) => call(id, atMs)), { atMs: deathsAtMs, places: 8 }, atLeast).isOk;

  it('takes one that came again after somebody had died over it', () => {
    expect(isOk([['a', 1_000], ['b', 1_000], ['a', 40_000]], [1_500])).toBe(true);
  });

  it('finds one that came again though nobody died over it', () => {
    expect(isOk([['a', 1_000], ['a', 40_000]], [])).toBe(false);
    expect(isOk([['a', 1_000], ['a', 40_000]], [900, 6_100, 40_100])).toBe(false);
  });

  it('finds more of them than were in flight', () => {
    expect(isOk([['a', 1_000], ['a', 1_100], ['a', 1_200]], [1_250])).toBe(true);
    expect(isOk([['a', 1_000], ['a', 40_000], ['a', 41_000]], [1_500])).toBe(false);
  });

  it('finds that none came again though somebody died between its sending and its being written down', () => {
    expect(isOk([['a', 1_000], ['a', 40_000]], [1_500], 1)).toBe(true);
    expect(isOk([['a', 1_000]], [1_500], 1)).toBe(false);
  });
});

describe('the check of attempts', () => {
  const isOk = (jobs: Parameters<typeof checkAttempts>[0], deaths: number): boolean => checkAttempts(jobs, { atMs: Array.from({ length: deaths }, () => 0), places: 1 }).isOk;

  it('takes repetitions after failures and deaths', () => {
    const jobs = [anEndedJob({ attempt: 2 }), anEndedJob({ attempt: 2, failures: 1 }), anEndedJob({ status: 'failed', attempt: 3, failures: 3 }), aJob()];

    expect(isOk(jobs, 1)).toBe(true);
  });

  it('finds jobs that were begun again for no reason', () => {
    expect(isOk([anEndedJob({ attempt: 2 }), anEndedJob({ attempt: 2 })], 1)).toBe(false);
    expect(isOk([anEndedJob({ status: 'failed', attempt: 4, failures: 3 })], 0)).toBe(false);
  });
});

describe('the check of calls', () => {
  it('finds more than attempts can have asked for, and none at all', () => {
    expect([checkModelCalls(1_020, 1_000).isOk, checkModelCalls(1_021, 1_000).isOk, checkModelCalls(0, 1_000).isOk]).toEqual([true, false, false]);
  });
});

describe('the check of what was to go wrong', () => {
  it('finds what did not', () => {
    expect([checkFaults({ twins: 3, refused: 1 }).isOk, checkFaults({ twins: 3, refused: 0 }).isOk]).toEqual([true, false]);
  });
});
