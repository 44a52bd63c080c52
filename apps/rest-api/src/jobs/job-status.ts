import type { Job } from '@manga-assist/jobs';
import type { JobStatusResponse } from '@manga-assist/schemas/rest';

export const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** A job as its owner may see it: these fields and no others. */
export function jobStatusOf(job: Job): JobStatusResponse {
  const { outcome, reason } = job;
  return {
    request_id: job.jobId,
    status: job.status,
    created_at: seconds(job.createdAtMs),
    ...(job.endedAtMs !== undefined && { completed_at: seconds(job.endedAtMs) }),
    type: job.type,
    priority: job.priority,
    ...(job.batch && { batch_id: job.batch.batchId }),
    progress: job.progress,
    attempts: job.attempt,
    failures: job.failures,
    ...(outcome?.model !== undefined && { model: outcome.model }),
    ...(outcome && {
      usage: { input_tokens: outcome.usage.inputTokens, output_tokens: outcome.usage.outputTokens },
      estimated_cost_usd: outcome.costUsd,
    }),
    ...(outcome?.isDegraded !== undefined && { degraded: outcome.isDegraded }),
    ...(reason && { reason }),
    expires_at: seconds(job.expiresAtMs),
    ...(job.metadata && { metadata: job.metadata }),
    ...(outcome?.catalogueEffect && {
      catalogue_effect: {
        state: outcome.catalogueEffect.state,
        ...(outcome.catalogueEffect.decidedBy !== undefined && { decided_by: outcome.catalogueEffect.decidedBy }),
        ...(outcome.catalogueEffect.undoneBy !== undefined && { undone_by: outcome.catalogueEffect.undoneBy }),
      },
    }),
  };
}
