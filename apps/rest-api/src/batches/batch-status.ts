import { batchJobId, type Batch, type Job } from '@manga-assist/jobs';
import { JOB_STATUSES, type JobStatus } from '@manga-assist/schemas/jobs';
import type { BatchStatusResponse } from '@manga-assist/schemas/rest';
import { seconds } from '../jobs/job-status.ts';

/** A batch as its owner may see it, with its jobs as they stand; one that is not written yet is queued. */
export function batchStatusOf(batch: Batch, jobs: readonly Job[]): BatchStatusResponse {
  const byId = new Map(jobs.map((job) => [job.jobId, job]));
  const items = batch.items.map(({ manga_id, analysis_type }, index) => {
    const jobId = batchJobId(batch.batchId, index);
    const job = byId.get(jobId);
    return { request_id: jobId, manga_id, analysis_type, status: job?.status ?? ('queued' as const), ...(job?.reason && { reason: job.reason }) };
  });
  const counts = Object.fromEntries(JOB_STATUSES.map((status) => [status, items.filter((item) => item.status === status).length])) as Record<JobStatus, number>;
  const sum = (of: (job: Job) => number): number => jobs.reduce((total, job) => total + of(job), 0);
  return {
    batch_id: batch.batchId,
    status: batch.status,
    item_count: items.length,
    counts,
    created_at: seconds(batch.createdAtMs),
    ...(batch.endedAtMs !== undefined && { completed_at: seconds(batch.endedAtMs) }),
    // Of the jobs rather than of the batch, so that it grows while one watches.
    estimated_cost_usd: sum((job) => job.outcome?.costUsd ?? 0),
    usage: { input_tokens: sum((job) => job.outcome?.usage.inputTokens ?? 0), output_tokens: sum((job) => job.outcome?.usage.outputTokens ?? 0) },
    items,
  };
}
