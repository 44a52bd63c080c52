import type { Job } from '@manga-assist/jobs';

/** A job as a failed check shows it. */
export function jobIn({ jobId, status, attempt, failures, reason }: Job): string {
  return `${jobId} ${status} (attempt ${attempt}, ${failures} failures${reason ? `, ${reason.code}` : ''})`;
}
