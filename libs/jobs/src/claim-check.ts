import { JOB_PATTERN, type JobMessage } from '@manga-assist/schemas/jobs';
import type { JobOrder } from './job.ts';
import { messageGroupOf, ORDERED_QUEUE, queueOf } from './job-rules.ts';

/** What is put into a queue for a job; any sender of messages takes it as it is. */
export interface ClaimCheck {
  queueName: string;
  pattern: string;
  body: string;
  attributes: Readonly<Record<string, string>>;
  groupId: string;
  /** FIFO queues only. */
  deduplicationId?: string;
}

/**
 * The claim check of a job. The FIFO queue delivers the same one once within five minutes, however
 * often a door sends it; a sweeper that sends it again on purpose says so with `sending`.
 */
export function claimCheckOf(job: JobOrder, sending = 'first'): ClaimCheck {
  const queueName = queueOf(job);
  return {
    queueName,
    pattern: JOB_PATTERN,
    body: JSON.stringify({ v: 1, job_id: job.jobId } satisfies JobMessage),
    attributes: {
      ...{ RequestId: job.jobId, JobType: job.type, Priority: job.priority, TraceId: job.requestId },
      ...(job.traceParent !== undefined && { TraceParent: job.traceParent }),
      ...(job.model && { ModelId: job.model }),
    },
    groupId: messageGroupOf(job),
    ...(queueName === ORDERED_QUEUE && { deduplicationId: `${job.jobId}:${sending}` }),
  };
}
