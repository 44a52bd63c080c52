import { AppError } from '@manga-assist/foundation';

/**
 * DynamoDB's failures in our words, its own being the cause. Never `cancelled`: the only signals given
 * to it are our own deadlines, and the SDK calls every abort an AbortError.
 */
export function toIdentityError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('unavailable', 'identity.unavailable', 'Credentials cannot be checked just now; try again.', { cause: error, retryAfterMs: 1_000 });
}
