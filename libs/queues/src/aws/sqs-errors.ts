import { AppError, toAppError } from '@manga-assist/foundation';

/** The one place where what SQS says becomes our words. */
export function toQueueError(error: unknown): AppError {
  const name = (error as { name?: unknown } | null)?.name;
  if (name === 'QueueDoesNotExist' || name === 'AWS.SimpleQueueService.NonExistentQueue') {
    return new AppError('invalid', 'queues.unknown-queue', 'There is no such queue.', { cause: error });
  }
  const known = toAppError(error);
  if (known.kind !== 'bug') return known;
  return new AppError('unavailable', 'queues.unavailable', 'The queues cannot be reached just now.', { cause: error });
}
