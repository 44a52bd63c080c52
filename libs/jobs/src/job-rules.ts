import { createHash } from 'node:crypto';
import type { JobPriority, JobType } from '@manga-assist/schemas/jobs';
import type { EffectState, JobOrder, JobReason, OutboxStep } from './job.ts';
import type { RecordedEffect } from './job-store.ts';

/** Counted failures after which a job ends as `failed`: the customer's "3 failures → DLQ". */
export const MOST_FAILURES = 3;
/** Begun this often without an end, a job is taken to kill its workers. Its row decides so long before SQS gives a message up (`maxReceiveCount`, 25), which catches what no row stands behind. */
export const MOST_ATTEMPTS = 10;
/** Written but not known to be sent for this long: sent again. */
export const SEND_GRACE_MS = 30_000;
/** A lease is over only this long after its time, because the clocks of two workers differ. */
export const LEASE_GRACE_MS = 5_000;
/** SQS delivers again 30 s after a worker died. Twice that after the lease nobody has: the message is gone, and is sent again. */
export const LOST_GRACE_MS = 60_000;
/** A job that was given back, or whose message was sent again after a crash, has its message in the queue, until SQS has delivered it too often: sent again after this. */
export const GIVEN_BACK_GRACE_MS = 15 * 60_000;
/** Whoever ended a job does its outbox; after this somebody else does. */
export const OUTBOX_GRACE_MS = 30_000;
/** Rows outlive the 14 days that SQS keeps a message, twice over: in a queue, then in its dead-letter queue. */
export const RETENTION_SECONDS = 45 * 24 * 60 * 60;

/** Somebody asked for it: a redriven job may be begun for another day, also when its time was over. */
export const REDRIVEN_FOR_MS = 24 * 60 * 60_000;
/** A request whose answer was not kept within this is taken to have died; its repetition may go on. */
export const ANSWERING_MS = 30_000;
export const EXPIRED: JobReason = { code: 'jobs.expired', message: 'The job was not begun before its time was over.' };
export const CRASHED_TOO_OFTEN: JobReason = { code: 'jobs.crashed-too-often', message: 'The job was begun ten times and never ended.' };

/** What follows every end of a job. The jobs of a batch are told of together, when the batch ends. */
export function stepsAfter({ batch }: Pick<JobOrder, 'batch'>): OutboxStep[] {
  return batch === undefined ? ['ledger', 'notify', 'webhook'] : ['ledger', 'batch'];
}

/** What follows the end of a job that was redriven. One of a batch is told of by itself: its batch has counted it, and may have ended. */
export function stepsAfterRedrive({ batch }: Pick<JobOrder, 'batch'>): OutboxStep[] {
  return batch === undefined ? stepsAfter({}) : ['ledger', 'batch', 'notify', 'webhook'];
}

/** What an effect must be for a step to say what became of it: a late one finds another state, and changes nothing. */
export const EFFECT_BEFORE: Readonly<Record<RecordedEffect, EffectState>> = {
  applied: 'approved',
  outdated: 'approved',
  rejected: 'approved',
  undone: 'undo-requested',
  superseded: 'undo-requested',
};

const ORDERED_TYPES: ReadonlySet<JobType> = new Set(['heavy_analysis', 'summarise_conversation']);

export const QUEUE_OF_PRIORITY: Readonly<Record<JobPriority, string>> = {
  high: 'manga-fm-high-priority',
  normal: 'manga-fm-normal',
  low: 'manga-fm-low-priority',
};
export const ORDERED_QUEUE = 'manga-fm-ordered.fifo';

/** Jobs whose order matters, or that are heavy, go to the FIFO queue whatever their priority. */
export function queueOf(job: { type: JobType; priority: JobPriority }): string {
  return ORDERED_TYPES.has(job.type) ? ORDERED_QUEUE : QUEUE_OF_PRIORITY[job.priority];
}

/** On a standard queue the tenant, for SQS's fair queues; on the FIFO queue what must stay in order. */
export function messageGroupOf(job: { type: JobType; priority: JobPriority; owner: { tenantId: string }; input: object }): string {
  if (queueOf(job) !== ORDERED_QUEUE) return job.owner.tenantId;
  const { manga_id, conversation_id } = job.input as { manga_id?: string; conversation_id?: string };
  return `${job.owner.tenantId}:${manga_id ?? conversation_id ?? job.type}`;
}

/** The id of a batch's job, a UUID (version 5, with the batch as namespace): the same whoever makes it. */
export function batchJobId(batchId: string, index: number): string {
  return uuidOf(Buffer.from(batchId.replaceAll('-', ''), 'hex'), String(index));
}

const JOB_NAMESPACE = Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex'); // RFC 9562's namespace for URLs

/** The id of what a request with an Idempotency-Key makes: begun twice, it is still one job. */
export function idempotentId(owner: { tenantId: string; subject: string }, operation: string, key: string): string {
  return uuidOf(JOB_NAMESPACE, JSON.stringify(['manga-assist', owner.tenantId, owner.subject, operation, key]));
}

/** The webhook-id and event id of a job's or batch's end: `evt_` and 32 hexadecimal digits. */
export function eventIdOf(jobOrBatchId: string, type: string): string {
  return `evt_${createHash('sha256').update(`${type}:${jobOrBatchId}`).digest('hex').slice(0, 32)}`;
}

/** A name-based UUID, version 5 (RFC 9562, section 5.5). */
function uuidOf(namespace: Buffer, name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
