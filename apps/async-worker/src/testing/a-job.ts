import type { Job } from '@manga-assist/jobs';
import type { JobInputOf, JobType } from '@manga-assist/schemas/jobs';

/** A job under way; name what the test is about. */
export function aJob<T extends JobType>(type: T, input: JobInputOf<T>, about: Partial<Job> = {}): Job {
  return {
    jobId: '0b5c1f5e-54f7-4c55-9d4c-0d0e6f6f2a01',
    owner: { tenantId: 'store', subject: 'merchandiser-1' },
    type,
    input,
    priority: 'normal',
    createdAtMs: Date.UTC(2026, 10, 1),
    expiresAtMs: Date.UTC(2026, 10, 2),
    requestId: 'req-1',
    status: 'processing',
    attempt: 1,
    failures: 0,
    isCancelRequested: false,
    progress: { done: 0, total: 1 },
    spent: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
    pendingSteps: [],
    ...about,
  };
}
