import type { DeadLetter } from '@manga-assist/queues';
import { parse } from '@manga-assist/schemas';
import { JobMessage } from '@manga-assist/schemas/jobs';
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

/** The job that a dead letter is the claim check of; poison is of none. */
export function jobIdOf({ body }: DeadLetter): string | undefined {
  try {
    const parsed = parse(JobMessage, JSON.parse(body), { unknownFields: 'drop' });
    return parsed.ok ? parsed.value.job_id : undefined;
  } catch {
    return undefined;
  }
}
