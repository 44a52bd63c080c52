import { describe, expect, it } from '@jest/globals';
import { anEndedJob } from '@manga-assist/jobs/testing';
import { checkZombie, type TakenAttempt } from './zombie.ts';

const job = anEndedJob({ attempt: 2 });
const { jobId } = job;
const event = { webhookId: 'evt_1', type: 'job.completed', about: jobId, tenant: 'store', atMs: 0 };
const lost: TakenAttempt = { jobId, attempt: 1, outcome: 'lost' };
const run = { freezes: 1, taken: [lost], jobs: new Map([[jobId, job]]), ledgerRows: [{ jobId }], webhooks: [event] };
const isOk = (about: Partial<typeof run>): boolean[] => checkZombie({ ...run, ...about }, { ...run, ...about }).map((found) => found.isOk);

describe('the check of frozen workers', () => {
  it('takes jobs that another attempt has ended, though a webhook was repeated', () => {
    for (const outcome of ['handed-back', 'unwritten', 'unclaimed']) expect(isOk({ taken: [lost, { ...lost, outcome }], webhooks: [event, event] })).toEqual([true, true]);
  });

  it('finds that nothing was frozen, that nobody took what it held, or that no late write was tried', () => {
    expect(isOk({ freezes: 0 })).toEqual([false, true]);
    expect(isOk({ taken: [] })).toEqual([false, true]);
    expect(isOk({ taken: [{ ...lost, outcome: 'handed-back' }] })).toEqual([false, true]);
  });

  it('finds a late write that was not refused, and an attempt of which nothing is known', () => {
    expect(isOk({ taken: [lost, { ...lost, outcome: 'completed' }] })).toEqual([false, true]);
    expect(isOk({ taken: [lost, { ...lost, outcome: undefined }] })).toEqual([false, true]);
  });

  it('finds the effects of two attempts', () => {
    expect(isOk({ jobs: new Map([[jobId, { ...job, attempt: 1 }]]) })).toEqual([true, false]);
    expect(isOk({ jobs: new Map() })).toEqual([true, false]);
    expect(isOk({ ledgerRows: [{ jobId }, { jobId }] })).toEqual([true, false]);
    expect(isOk({ webhooks: [event, { ...event, webhookId: 'evt_2' }] })).toEqual([true, false]);
  });
});
