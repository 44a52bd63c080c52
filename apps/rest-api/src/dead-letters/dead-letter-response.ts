import { isUuid } from '@manga-assist/foundation';
import type { DeadLetter } from '@manga-assist/queues';
import type { DeadLetterResponse } from '@manga-assist/schemas/rest';
import { seconds } from '../jobs/job-status.ts';

export function deadLetterResponseOf(letter: DeadLetter): DeadLetterResponse {
  const jobId = jobIdOf(letter);
  return {
    message_id: letter.messageId,
    dead_letter_queue: letter.deadLetterQueue,
    source_queue: letter.sourceQueue,
    ...(jobId !== undefined && { job_id: jobId }),
    code: letter.code,
    reason: letter.reason,
    sent_at: seconds(letter.sentAtMs),
    receive_count: letter.receiveCount,
  };
}

/** The job that a dead letter names, be it the claim check of it or a bad one; poison names none. */
export function jobIdOf({ body }: DeadLetter): string | undefined {
  try {
    const { job_id: jobId } = (JSON.parse(body) ?? {}) as { job_id?: unknown };
    return typeof jobId === 'string' && isUuid(jobId) ? jobId : undefined;
  } catch {
    return undefined;
  }
}
