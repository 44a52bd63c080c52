import type { Job } from '@manga-assist/jobs';
import { aJob as jobWith } from '@manga-assist/jobs/testing';
import type { JobInputOf, JobType } from '@manga-assist/schemas/jobs';

/** A job in its first attempt; name what the test is about. */
export function aJob<T extends JobType>(type: T, input: JobInputOf<T>, about: Partial<Job> = {}): Job {
  return jobWith({ jobId: '0b5c1f5e-54f7-4c55-9d4c-0d0e6f6f2a01', type, input, status: 'processing', attempt: 1, ...about });
}
