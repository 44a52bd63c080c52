import { AppError, toAppError, type ErrorKind } from '@manga-assist/foundation';
import type { Settlement } from '../settlement.ts';

/** What becomes of a message: a settlement, or the consequence of a handler that failed. */
export type Verdict = Settlement | { kind: 'failed'; delayMs: number; error: AppError };

/** What another try cannot help. */
const HOPELESS: ReadonlySet<ErrorKind> = new Set(['invalid']);
/** What is nobody's fault here and passes: waiting for it must not use up a message's receives. */
const PASSING: ReadonlySet<ErrorKind> = new Set(['rate-limited', 'unavailable', 'timed-out']);

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 300_000;

/** Half of it certain, half of it chance: a message comes back neither at once nor with all others. */
export function backoffMs(receiveCount: number, random: () => number): number {
  return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (receiveCount - 1)) * (0.5 + random() / 2);
}

const FIRST_DEFERRAL_MS = 5_000;
const LONGEST_DEFERRAL_MS = 30_000;

/** How long a message of a crowding tenant is put off. */
export function deferralMs(receiveCount: number, random: () => number): number {
  return Math.min(LONGEST_DEFERRAL_MS, FIRST_DEFERRAL_MS * 2 ** (receiveCount - 1)) * (0.5 + random() / 2);
}

/** By the kind of the error: to the dead letters, back in a while, or counted towards the queue's limit of receives. */
export function verdictOnError(error: unknown, receiveCount: number, random: () => number): Verdict {
  const known = toAppError(error);
  if (HOPELESS.has(known.kind)) return { kind: 'dead-letter', code: known.code, reason: known.message };
  const delayMs = Math.max(known.retryAfterMs ?? 0, backoffMs(receiveCount, random));
  if (PASSING.has(known.kind)) return { kind: 'retry', delayMs };
  return { kind: 'failed', delayMs, error: known };
}

/** Nothing means done; anything but a settlement is a bug of the handler. */
export function verdictOnResult(result: unknown, receiveCount: number, random: () => number): Verdict {
  if (result === undefined || result === null) return { kind: 'done' };
  if (isSettlement(result)) return result;
  const error = new AppError('bug', 'queues.not-a-settlement', 'A handler returned something that settles nothing.');
  return { kind: 'failed', delayMs: backoffMs(receiveCount, random), error };
}

function isSettlement(value: unknown): value is Settlement {
  const settlement = value as Partial<Record<'kind' | 'delayMs' | 'code' | 'reason', unknown>>;
  switch (settlement.kind) {
    case 'done':
      return true;
    case 'retry':
      return typeof settlement.delayMs === 'number' && settlement.delayMs >= 0;
    case 'dead-letter':
      return typeof settlement.code === 'string' && typeof settlement.reason === 'string';
    default:
      return false;
  }
}
