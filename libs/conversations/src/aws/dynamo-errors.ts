import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { AppError } from '@manga-assist/foundation';

export function isFailedCondition(error: unknown): error is ConditionalCheckFailedException {
  return error instanceof ConditionalCheckFailedException;
}

/** Whatever else DynamoDB says, it comes to this: the conversation cannot be read or written now. */
export function toStoreError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('unavailable', 'conversations.unavailable', 'The conversation cannot be reached just now. Please try again.', { cause: error });
}
