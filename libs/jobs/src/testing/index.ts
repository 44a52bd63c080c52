export { aBatch, aJob, anEndedJob, anOrder, anOutcome } from './a-job.ts';
export { InMemoryBatchStore } from './in-memory-batch-store.ts';
export { InMemoryIdempotencyRecords } from './in-memory-idempotency-records.ts';
export { InMemoryJobResults } from './in-memory-job-results.ts';
export { InMemoryJobStore } from './in-memory-job-store.ts';
export { InMemoryJobLedger, InMemoryRedriveLog } from './in-memory-logs.ts';
