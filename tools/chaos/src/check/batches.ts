import { batchJobId, type Batch, type BatchOrder } from '@manga-assist/jobs';
import { finding, some, type Finding } from '../report.ts';
import type { ReceivedEvent } from '../webhook-receiver.ts';
import type { StoredJob } from './stores.ts';

interface BatchEvidence {
  orders: readonly BatchOrder[];
  batches: readonly (Batch | undefined)[];
  /** Of every job there is. */
  rows: readonly StoredJob[];
  webhooks: readonly ReceivedEvent[];
}

/** Every batch has exactly the jobs it was ordered with, has ended, and was told of under one id. */
export function checkBatches({ orders, batches, rows, webhooks }: BatchEvidence): Finding[] {
  const theirs = Map.groupBy(rows, ({ batchId }) => batchId);
  const hasItsJobs = ({ batchId, items }: BatchOrder): boolean => {
    const ids = theirs.get(batchId)?.map(({ jobId }) => jobId) ?? [];
    return ids.length === items.length && items.every((_, index) => ids.includes(batchJobId(batchId, index)));
  };
  const uneven = orders.filter((order) => !hasItsJobs(order)).map(({ batchId, items }) => `${batchId} has ${theirs.get(batchId)?.length ?? 0} of ${items.length}`);
  const ended = batches.filter((batch) => batch?.status === 'completed' && Object.keys(batch.settled).length === batch.items.length);
  const told = Map.groupBy(webhooks.filter(({ type }) => type === 'batch.completed'), ({ about }) => about);
  const wrong = orders.filter(({ batchId }) => new Set(told.get(batchId)?.map(({ webhookId }) => webhookId)).size !== 1);
  return [
    finding('every batch has all its jobs, and no other', uneven.length === 0, uneven.length === 0 ? `${orders.length} batches of ${orders.reduce((sum, { items }) => sum + items.length, 0)} jobs` : some(uneven)),
    finding('   has ended, and was told of once', ended.length === orders.length && wrong.length === 0, wrong.length === 0 ? `${ended.length} ended` : some(wrong.map(({ batchId }) => batchId))),
  ];
}
