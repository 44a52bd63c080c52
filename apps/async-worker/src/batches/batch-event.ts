import { eventIdOf, type Batch } from '@manga-assist/jobs';
import type { TopicMessage } from '@manga-assist/queues';
import type { BatchOutcome, JobEvent } from '@manga-assist/schemas/events';
import { notificationOf } from '../jobs/job-event.ts';

/** A batch whose last job has ended. */
export type EndedBatch = Batch & { endedAtMs: number };

const TYPE = 'batch.completed';
const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** The one thing that is said of a batch: the same however often it is told. */
export function batchEvent(batch: EndedBatch): JobEvent {
  return { id: eventIdOf(batch.batchId, TYPE), type: TYPE, timestamp: new Date(batch.endedAtMs).toISOString(), data: outcomeOf(batch) };
}

export function batchNotification(batch: EndedBatch): TopicMessage {
  const { batchId, status, priority, traceParent } = batch;
  return notificationOf(batchEvent(batch), batch.owner, { status, priority, batch_id: batchId, ...(traceParent !== undefined && { trace_parent: traceParent }) });
}

function outcomeOf({ batchId, items, settled, createdAtMs, endedAtMs, costUsd }: EndedBatch): BatchOutcome {
  const counts = { completed: 0, failed: 0, cancelled: 0, expired: 0 };
  for (const status of Object.values(settled)) counts[status]++;
  return {
    batch_id: batchId,
    item_count: items.length,
    counts,
    created_at: seconds(createdAtMs),
    completed_at: seconds(endedAtMs),
    estimated_cost_usd: costUsd,
    result_url: `/v1/manga/batches/${batchId}`,
  };
}
