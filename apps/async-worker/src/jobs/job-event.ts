import { eventIdOf, type EndedJob, type JobOwner } from '@manga-assist/jobs';
import type { TopicMessage } from '@manga-assist/queues';
import type { JobEvent, JobNotification, JobOutcome } from '@manga-assist/schemas/events';

const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** What a job's end says to webhooks: the same bytes and the same id, however often it is told. */
export function jobEvent(job: EndedJob): JobEvent {
  const type = `job.${job.status}` as const;
  return { id: eventIdOf(job.jobId, type), type, timestamp: new Date(job.endedAtMs).toISOString(), data: outcomeOf(job) };
}

/** The same for everybody who listens to the topic, with attributes to filter by. */
export function jobNotification(job: EndedJob): TopicMessage {
  const { type, status, priority, batch, traceParent } = job;
  const attributes = { job_type: type, status, priority, ...(batch && { batch_id: batch.batchId }), ...(traceParent !== undefined && { trace_parent: traceParent }) };
  return notificationOf(jobEvent(job), job.owner, attributes);
}

export function notificationOf(event: JobEvent, { tenantId, subject }: JobOwner, attributes: Readonly<Record<string, string>>): TopicMessage {
  const notification: JobNotification = { v: 1, owner: { tenant_id: tenantId, subject }, ...event };
  return { body: JSON.stringify(notification), attributes: { event_type: event.type, tenant_id: tenantId, ...attributes } };
}

function outcomeOf({ jobId, status, type, priority, batch, input, createdAtMs, endedAtMs, outcome, reason, metadata }: EndedJob): JobOutcome {
  return {
    request_id: jobId,
    status,
    type,
    priority,
    ...(batch && { batch_id: batch.batchId }),
    ...('manga_id' in input && { manga_id: input.manga_id }),
    created_at: seconds(createdAtMs),
    completed_at: seconds(endedAtMs),
    ...(outcome && {
      ...(outcome.model && { model: outcome.model }),
      usage: { input_tokens: outcome.usage.inputTokens, output_tokens: outcome.usage.outputTokens },
      estimated_cost_usd: outcome.costUsd,
      ...(outcome.inlineResult && { result: outcome.inlineResult }),
    }),
    result_url: `/v1/manga/status/${jobId}`,
    ...(reason && { reason }),
    ...(metadata && { metadata }),
  };
}
