import type { WebhookAttempt } from '../webhook-delivery.ts';
import type { DeliveryRecord } from '../records/delivery-records.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Before each attempt after the first, as Standard Webhooks proposes: ten attempts within about three days. */
export const PAUSES_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** A pause is up to a tenth shorter or longer, so that what failed together does not come back together. */
export const JITTER = 0.1;
/** Longer ones are the schedule's business. */
export const MOST_RETRY_AFTER_MS = HOUR_MS;
/** In the log of a delivery; one that is redelivered again and again loses its oldest. */
const MOST_ATTEMPTS = 20;

/** With this attempt in its log, and nothing else changed. */
export function withAttempt<T extends DeliveryRecord>(record: T, attempt: WebhookAttempt): T {
  return { ...record, attempts: [...record.attempts, attempt].slice(-MOST_ATTEMPTS) };
}

/** The delivery as it is after an attempt: done, given up, or due again. */
export function afterAttempt(
  before: DeliveryRecord,
  attempt: WebhookAttempt,
  { retryAfterMs = 0, nowMs, random }: { retryAfterMs?: number; nowMs: number; random: () => number },
): DeliveryRecord {
  const { dueAtMs: _d, nextAttemptAtMs: _n, ...record } = withAttempt(before, attempt);
  if (attempt.outcome === 'delivered') return { ...record, status: 'delivered' };
  const pauseMs = PAUSES_MS[record.step];
  if (attempt.outcome === 'gone' || pauseMs === undefined) return { ...record, status: 'failed' };
  const jittered = pauseMs * (1 - JITTER + 2 * JITTER * random());
  const nextAttemptAtMs = Math.round(nowMs + Math.max(jittered, retryAfterMs));
  return { ...record, status: 'pending', step: record.step + 1, nextAttemptAtMs, dueAtMs: nextAttemptAtMs };
}

/** What a Retry-After header asks for, in milliseconds from now: seconds or a date, an hour at most. Undefined: nothing that can be read. */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  // `Date.parse` alone takes much for a date, `-5` too.
  const isDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(header);
  const askedMs = /^\d+$/.test(header) ? Number(header) * SECOND_MS : isDate ? Date.parse(header) - nowMs : NaN;
  return Number.isNaN(askedMs) ? undefined : Math.min(Math.max(askedMs, 0), MOST_RETRY_AFTER_MS);
}
