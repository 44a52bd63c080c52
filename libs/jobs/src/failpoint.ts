/** The places where a crash is worth proving, in the order in which a job passes them. */
export const FAILPOINTS = [
  /** The door: the row is written, its message is not sent. */
  'door.after_row',
  /** The message is sent, the row does not know. */
  'door.after_send',
  'batch.after_row',
  'batch.after_job_rows',
  'batch.after_send',
  /** The worker: the attempt is counted, nothing is done. */
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
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

/** Where tools/chaos puts its hook before a process starts; nothing else ever does. */
export const FAILPOINT_HOOK = Symbol.for('manga-assist.failpoint');

/** Marks such a place. Does nothing, unless the process was started by tools/chaos, which may kill or freeze it here. */
export function failpoint(name: Failpoint): void {
  (globalThis as { [FAILPOINT_HOOK]?: (name: Failpoint) => void })[FAILPOINT_HOOK]?.(name);
}
