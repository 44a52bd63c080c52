import { batchJobId, type BatchOrder, type Job } from '@manga-assist/jobs';
import { finding, some, type Finding } from '../report.ts';
import type { ReceivedEvent } from '../webhook-receiver.ts';
import type { World } from '../world.ts';

const READ_WITHIN_MS = 60_000;

/** Every batch has exactly the jobs it was ordered with, has ended, and was told of under one id. */
export async function checkBatches(world: World, orders: readonly BatchOrder[], jobs: ReadonlyMap<string, Job>, webhooks: readonly ReceivedEvent[]): Promise<Finding[]> {
  const batches = await Promise.all(orders.map(({ owner, batchId }) => world.batches.get(owner, batchId, AbortSignal.timeout(READ_WITHIN_MS))));
  const ended = batches.filter((batch) => batch?.status === 'completed' && Object.keys(batch.settled).length === batch.items.length);
  const incomplete = orders.filter(({ batchId, items }) => items.some((_, index) => !jobs.has(batchJobId(batchId, index))));
  const told = Map.groupBy(webhooks.filter(({ type }) => type === 'batch.completed'), ({ about }) => about);
  const wrong = orders.filter(({ batchId }) => new Set(told.get(batchId)?.map(({ webhookId }) => webhookId)).size !== 1);
  return [
    finding('every batch has all its jobs, and no other', incomplete.length === 0, `${orders.length} batches of ${orders.reduce((sum, { items }) => sum + items.length, 0)} jobs`),
    finding('   has ended, and was told of once', ended.length === orders.length && wrong.length === 0, wrong.length === 0 ? `${ended.length} ended` : some(wrong.map(({ batchId }) => batchId))),
  ];
}
