import { AppError } from '@manga-assist/foundation';
import type { JobOrder, JobOutcomeRecord } from './job.ts';
import type { BatchOrder } from './batch-store.ts';

/** DynamoDB's 400 KB for a row: what was asked for, room for how it ended, and the rest. */
const MOST_ORDER_BYTES = 256 * 1024;
const MOST_OUTCOME_BYTES = 96 * 1024;

/** Throws `invalid` `jobs.too-large`. */
export function checkOrderFits(order: JobOrder | BatchOrder): void {
  check(order, MOST_ORDER_BYTES, 'A request has 256 KiB at most.');
}

/** Throws `invalid` `jobs.too-large`. */
export function checkOutcomeFits(outcome: JobOutcomeRecord): void {
  check(outcome, MOST_OUTCOME_BYTES, 'What is kept of a result beside the result itself has 96 KiB at most.');
}

function check(value: object, most: number, message: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > most) throw new AppError('invalid', 'jobs.too-large', message, { details: { bytes } });
}
