import { toAppError, type AppError, type ErrorKind } from '@manga-assist/foundation';
import type { JobReason } from '@manga-assist/jobs';

/** What the failure of an attempt means for its job. */
export type FailureVerdict =
  /** Not the job's fault: it is queued again and nothing is counted. */
  | { kind: 'give-back'; retryAfterMs: number | undefined }
  /** One of three failures; the last of all when trying again cannot help. */
  | { kind: 'count'; reason: JobReason; isFinal: boolean };

/** What is asked for cannot be done, however often it is tried. */
const FINAL: ReadonlySet<ErrorKind> = new Set(['invalid', 'not-found', 'forbidden', 'unauthenticated', 'conflict']);

/**
 * Judges by the error's kind. Being throttled and losing a dependency count nothing, because a thousand
 * jobs would end as failed for one outage; a model that answers badly, and a fault of ours, count.
 */
export function judgeFailure(thrown: unknown): FailureVerdict {
  const error = toAppError(thrown);
  if (isDependencyAway(error)) return { kind: 'give-back', retryAfterMs: error.retryAfterMs };
  return { kind: 'count', reason: { code: error.code, message: error.message }, isFinal: FINAL.has(error.kind) };
}

function isDependencyAway({ kind, code }: AppError): boolean {
  switch (kind) {
    case 'rate-limited':
    case 'cancelled':
      return true;
    case 'unavailable':
    case 'timed-out':
      return !isTheModelsFault(code);
    default:
      return false;
  }
}

function isTheModelsFault(code: string): boolean {
  if (code === 'jobs.unfit-answer' || code === 'jobs.took-too-long') return true;
  return code.startsWith('bedrock.') && code !== 'bedrock.unavailable';
}
