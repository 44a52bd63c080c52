/** The places where a worker's crash is worth proving, in the order in which a job passes them; its webhook is sent beside it. Doors are killed anywhere. */
export const FAILPOINTS = [
  /** A batch that its door has left: the rows of its jobs are there, no message is. */
  'batch.after_job_rows',
  /** The messages are sent, the rows do not know. */
  'batch.after_send',
  /** The attempt is counted, nothing is done. */
  'job.claimed',
  'job.after_model',
  'job.after_checkpoint',
  'job.after_s3',
  /** The row says how it ended; its outbox is full. */
  'job.after_complete',
  /** A counted failure is in the row; the message is neither back in its queue nor dead-lettered. */
  'job.after_fail',
  'job.after_ledger',
  'job.after_notify',
  'job.after_webhook',
  'job.after_batch',
  'job.after_catalogue',
  /** Every step has been done, the row still lists them. */
  'job.before_steps_done',
  /** All is written, the message is still in its queue. */
  'job.before_delete',
  'sweeper.after_send',
  /** An attempt at a receiver has ended; no row knows of it. */
  'webhook.after_send',
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

/** Where tools/chaos puts its hook before a process starts; nothing else ever does. */
export const FAILPOINT_HOOK = Symbol.for('manga-assist.failpoint');

/** Marks such a place. Does nothing, unless the process was started by tools/chaos, which may kill or freeze it here. */
export function failpoint(name: Failpoint): void {
  (globalThis as { [FAILPOINT_HOOK]?: (name: Failpoint) => void })[FAILPOINT_HOOK]?.(name);
}
