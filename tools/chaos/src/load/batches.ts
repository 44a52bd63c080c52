import { jobsOfBatch, type BatchOrder, type JobOrder } from '@manga-assist/jobs';
import { ANALYSIS_TYPES } from '@manga-assist/schemas/jobs';
import type { World } from '../world.ts';
import { anAnalysis, type Shop } from './orders.ts';
import { submit } from './door.ts';

const WITHIN_MS = 60_000;

/** A batch of so many analyses for one tenant. */
export function aBatch(shop: Shop, size: number): BatchOrder {
  const { jobId, owner, priority, createdAtMs, expiresAtMs, requestId } = anAnalysis(shop);
  // Different series, or the same analysis would be asked for twice.
  const start = Math.floor(shop.random.next() * shop.mangaIds.length);
  const items = Array.from({ length: size }, (_, index) => ({
    manga_id: shop.mangaIds[(start + index) % shop.mangaIds.length] ?? '',
    analysis_type: ANALYSIS_TYPES[index % ANALYSIS_TYPES.length] ?? 'content_summary',
  }));
  return { batchId: jobId, owner, items, priority, createdAtMs, expiresAtMs, requestId };
}

/** What rest-api does with a batch. The door of every other one dies: after its row, or after half of its jobs. */
export async function submitBatches(world: World, batches: readonly BatchOrder[]): Promise<void> {
  for (const [index, batch] of batches.entries()) {
    const signal = AbortSignal.timeout(WITHIN_MS);
    await world.batches.create(batch, signal);
    const jobs = jobsOfBatch(batch);
    const written: readonly JobOrder[] = index % 4 === 1 ? [] : index % 4 === 3 ? jobs.slice(0, jobs.length / 2) : jobs;
    await submit(world, written, undefined);
    if (written === jobs) await world.batches.markFannedOut(batch.batchId, signal);
    world.history.note('batch', { batch: batch.batchId, written: written.length });
  }
}
