import { describe, expect, it } from '@jest/globals';
import { jobsOfBatch, type Batch } from '@manga-assist/jobs';
import { aBatch } from '@manga-assist/jobs/testing';
import { checkBatches } from './batches.ts';

const order = aBatch(2);
const { batchId } = order;
const ended: Batch = { ...order, status: 'completed', isFannedOut: true, settled: { 0: 'completed', 1: 'failed' }, usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0, isCancelRequested: false, pendingSteps: [] };
const run = {
  orders: [order],
  batches: [ended],
  rows: jobsOfBatch(order).map(({ jobId }) => ({ jobId, tenantId: 'store', batchId })),
  webhooks: [{ webhookId: 'evt_1', type: 'batch.completed', about: batchId, tenant: 'store', atMs: 0 }],
};
const isOk = (about: Partial<typeof run>): boolean[] => checkBatches({ ...run, ...about }).map((found) => found.isOk);

describe('the check of batches', () => {
  it('takes one with its own jobs that has ended and was told of, also twice under one id', () => {
    expect(isOk({ webhooks: [...run.webhooks, ...run.webhooks] })).toEqual([true, true]);
  });

  it('finds a job that is missing, one too many, and a wrong one', () => {
    const [row, other] = run.rows as [(typeof run.rows)[0], (typeof run.rows)[0]];

    expect(isOk({ rows: [row] })).toEqual([false, true]);
    expect(isOk({ rows: [row, other, { ...row, jobId: 'another' }] })).toEqual([false, true]);
    expect(isOk({ rows: [row, { ...row, jobId: 'another' }] })).toEqual([false, true]);
  });

  it('finds one that has not ended, has not counted all, was not told of, or under two ids', () => {
    expect(isOk({ batches: [{ ...ended, status: 'processing' }] })).toEqual([true, false]);
    expect(isOk({ batches: [{ ...ended, settled: { 0: 'completed' } }] })).toEqual([true, false]);
    expect(isOk({ webhooks: [] })).toEqual([true, false]);
    expect(isOk({ webhooks: [...run.webhooks, ...run.webhooks.map((event) => ({ ...event, webhookId: 'evt_2' }))] })).toEqual([true, false]);
  });
});
