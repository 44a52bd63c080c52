import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { AppError, toAppError } from '@manga-assist/foundation';

export function isFailedCondition(error: unknown): error is ConditionalCheckFailedException {
  return error instanceof ConditionalCheckFailedException;
}

/** DynamoDB's failures in our words. Its own message is a cause, never shown. */
export function toJobsError(error: unknown, signal: AbortSignal): AppError {
  // The SDK calls every abort the same; the signal knows whether its time was up or the caller left.
  if (signal.aborted) return toAppError(signal.reason);
  if (error instanceof AppError) return error;
  return new AppError('unavailable', 'jobs.unavailable', 'Requests cannot be reached just now; try again.', { cause: error, retryAfterMs: 1_000 });
}

/** S3's failures in our words. */
export function toResultsError(error: unknown, signal: AbortSignal): AppError {
  if (signal.aborted) return toAppError(signal.reason);
  if (error instanceof AppError) return error;
  const { name, $metadata } = error as { name?: unknown; $metadata?: { httpStatusCode?: number } };
  if (name === 'NoSuchKey') return new AppError('not-found', 'jobs.no-result', 'There is no such result.');
  // Nobody's outage: a policy or a name that is wrong stays so until somebody mends it, and every try buys its answer again.
  if (name === 'NoSuchBucket' || $metadata?.httpStatusCode === 403) {
    return new AppError('bug', 'jobs.results-refused', 'The place of results is not set up for this service.', { cause: error });
  }
  return new AppError('unavailable', 'jobs.results-unavailable', 'Results cannot be reached just now; try again.', { cause: error, retryAfterMs: 1_000 });
}
