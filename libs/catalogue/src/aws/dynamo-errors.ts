import { AppError, toAppError } from '@manga-assist/foundation';

/** DynamoDB's failures in our words. Its own message is a cause, never shown. */
export function toCatalogueError(error: unknown, signal: AbortSignal): AppError {
  // The SDK calls every abort the same; the signal knows whether its time was up or the caller left.
  if (signal.aborted) return toAppError(signal.reason);
  if (error instanceof AppError) return error;
  return new AppError('unavailable', 'catalogue.unavailable', 'The catalogue cannot be reached just now; try again.', { cause: error, retryAfterMs: 1_000 });
}
