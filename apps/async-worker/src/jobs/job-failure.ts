import { toAppError, type AppError, type ErrorKind } from '@manga-assist/foundation';
import type { JobReason } from '@manga-assist/jobs';

// What a failure counts. An attempt counts towards the three a job has when its own answer was bad (unfit,
// cut, empty, the model's own error), when the job took longer than its type allows, or when a fault of ours
// stopped it. What would stop any other job just as well passes: throttles, time-outs, streams that break off, a
// model that is retired or not open to us, S3, DynamoDB. That job is given back uncounted, with a growing wait,
// until it expires; a thousand jobs must not end as failed for one outage.
// But a job may be what makes its own calls run out of time, and each of them is paid for. So from the tenth
// attempt on, what passes counts too when the attempt has wasted money: after twelve such attempts the job ends.

/** What the failure of an attempt means for its job. */
export type FailureVerdict =
  /** Not the job's fault: it is queued again and nothing is counted. */
  | { kind: 'give-back'; retryAfterMs: number | undefined }
  /** One of three failures; the last of all when trying again cannot help. */
  | { kind: 'count'; reason: JobReason; isFinal: boolean };

export interface FailedAttempt {
  attempt: number;
  /** It has spent money on what is neither a result nor in a checkpoint. */
  hasWasted: boolean;
}

const MOST_UNCOUNTED_ATTEMPTS = 9;

/** What is asked for cannot be done, however often it is tried. */
const FINAL: ReadonlySet<ErrorKind> = new Set(['invalid', 'not-found', 'forbidden', 'unauthenticated', 'conflict']);

const PASSING: ReadonlySet<ErrorKind> = new Set(['rate-limited', 'cancelled', 'unavailable', 'timed-out']);

/** The model has answered, and badly, or the job has used up its own time. */
const OWN_FAULT: ReadonlySet<string> = new Set([
  'bedrock.cut-answer',
  'bedrock.empty-answer',
  'bedrock.malformed-tool-use',
  'bedrock.model-error',
  'bedrock.unfit-answer',
  'jobs.took-too-long',
  'jobs.unfit-answer',
]);

/** Faults of ours, but of a setting that an operator mends, that meets every job of the model and costs nothing. */
const SETTINGS: ReadonlySet<string> = new Set(['bedrock.access-denied', 'bedrock.not-found']);

export function judgeFailure(thrown: unknown, { attempt, hasWasted }: FailedAttempt): FailureVerdict {
  const error = toAppError(thrown);
  const mayGoOn = attempt <= MOST_UNCOUNTED_ATTEMPTS || !hasWasted;
  if (isPassing(error) && mayGoOn) return { kind: 'give-back', retryAfterMs: error.retryAfterMs };
  return { kind: 'count', reason: { code: error.code, message: error.message }, isFinal: FINAL.has(error.kind) };
}

function isPassing({ kind, code }: AppError): boolean {
  return SETTINGS.has(code) || (PASSING.has(kind) && !OWN_FAULT.has(code));
}
