import { AppError, toAppError } from '@manga-assist/foundation';

/** DynamoDB's failures in our words. Its own message is a cause, never shown. */
export function toCatalogueError(error: unknown): AppError {
  const known = toAppError(error);
  if (known === error || known.kind === 'cancelled') return known;
  return new AppError('unavailable', 'catalogue.unavailable', 'The catalogue cannot be reached just now; try again.', { cause: error, retryAfterMs: 1_000 });
}
