import type { BatchOrder } from './batch-store.ts';
import type { JobOrder } from './job.ts';
import { batchJobId } from './job-rules.ts';

/** The jobs of a batch, in the order of its items: the same whoever makes them, and however often. */
export function jobsOfBatch(batch: BatchOrder): JobOrder[] {
  const { batchId, owner, priority, createdAtMs, expiresAtMs, requestId, traceParent } = batch;
  return batch.items.map(({ analysis_type, manga_id, additional_context }, index) => ({
    jobId: batchJobId(batchId, index),
    owner,
    type: analysis_type,
    input: { manga_id, ...(additional_context !== undefined && { additional_context }) },
    priority,
    batch: { batchId, index },
    createdAtMs,
    expiresAtMs,
    requestId,
    ...(traceParent !== undefined && { traceParent }),
  }));
}
