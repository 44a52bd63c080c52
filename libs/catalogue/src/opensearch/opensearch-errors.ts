import { AppError, toAppError } from '@manga-assist/foundation';

const RETRY_AFTER_MS = 1_000;

/** OpenSearch's failures in our words: whatever it is, the catalogue cannot be searched. Its own message is a cause, never shown. */
export function toSearchError(error: unknown): AppError {
  const known = toAppError(error);
  if (known === error || known.kind === 'cancelled') return known;
  return new AppError('unavailable', 'catalogue.unavailable', 'The catalogue cannot be reached just now; try again.', {
    cause: error,
    retryAfterMs: RETRY_AFTER_MS,
    details: { status: statusOf(error) },
  });
}

/** The HTTP status of a refusal by OpenSearch, also when it has been translated; undefined when it did not answer. */
export function statusOf(error: unknown): number | undefined {
  const { statusCode, cause } = (error ?? {}) as { statusCode?: unknown; cause?: unknown };
  if (typeof statusCode === 'number') return statusCode;
  return cause === undefined ? undefined : statusOf(cause);
}
