export { BatchStore, type Batch, type BatchOrder, type DueBatch } from './batch-store.ts';
export { IdempotencyRecords, type IdempotencyAnswer, type IdempotentCall } from './idempotency-records.ts';
export type { CatalogueEffect, EndedJob, Job, JobOrder, JobOutcomeRecord, JobOwner, JobReason, JobUsage, OutboxStep } from './job.ts';
export { OUTBOX_STEPS } from './job.ts';
export { JobLedger } from './job-ledger.ts';
export { JobResults, type ResultPlace } from './job-results.ts';
export { batchJobId, eventIdOf, idempotentId, messageGroupOf, MOST_ATTEMPTS, MOST_FAILURES, ORDERED_QUEUE, QUEUE_OF_PRIORITY, queueOf, RETENTION_SECONDS, SEND_GRACE_MS } from './job-rules.ts';
export { JobStore, type ClaimAnswer, type DueJob, type FailureAnswer, type HeartbeatAnswer, type JobClaim } from './job-store.ts';
