import type { EndedJob, Job } from '@manga-assist/jobs';
import { isTerminal } from '@manga-assist/schemas/jobs';

/** The same job, known to have ended. Throws for one that has not: the store promised it. */
export function asEnded(job: Job): EndedJob {
  const { status, endedAtMs } = job;
  if (!isTerminal(status) || endedAtMs === undefined) throw new Error('a job was said to have ended that has not');
  return { ...job, status, endedAtMs };
}
