import { createHash } from 'node:crypto';
import type { JobPriority, JobType } from '@manga-assist/schemas/jobs';

/** Counted failures after which a job ends as `failed`: the customer's "3 failures → DLQ". */
export const MOST_FAILURES = 3;
/** Begun this often without an end, a job is taken to kill its workers. As many as SQS delivers (`maxReceiveCount`). */
export const MOST_ATTEMPTS = 10;
/** Written but not known to be sent for this long: sent again. */
export const SEND_GRACE_MS = 30_000;
/** Rows outlive the 14 days that SQS keeps a message, twice over: in a queue, then in its dead-letter queue. */
export const RETENTION_SECONDS = 45 * 24 * 60 * 60;

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
