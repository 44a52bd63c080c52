import { AppError, toAppError } from '@manga-assist/foundation';

const UNKNOWN_QUEUE = new Set(['QueueDoesNotExist', 'NonExistentQueue', 'QueueDeletedRecently']);
/** Names of SQS for a message it will never take. */
const REFUSED = new Set(['InvalidMessageContents', 'InvalidParameterValue', 'InvalidParameterValueException', 'MissingParameter', 'UnsupportedOperation']);

const FORBIDDEN = 403;

const statusOf = (error: unknown): number | undefined => (error as { $metadata?: { httpStatusCode?: number } } | null | undefined)?.$metadata?.httpStatusCode;
/** SQS has two names for some errors, an old long one and a new one. */
const nameOf = (error: unknown): string => String((error as { name?: unknown } | null)?.name ?? 'unknown').replace('AWS.SimpleQueueService.', '');

/** The one place where what SQS says becomes our words. The log is told the queue and SQS's own name for the failure. */
export function toQueueError(error: unknown, { queueName, signal }: { queueName?: string; signal?: AbortSignal } = {}): AppError {
  // The SDK ends an aborted call with an error of its own; why it was aborted stands in the signal.
  if (signal?.aborted) return toAppError(signal.reason);
  const name = nameOf(error);
  const context = { cause: error, details: { ...(queueName !== undefined && { queueName }), sqsError: name } };
  if (UNKNOWN_QUEUE.has(name)) return new AppError('invalid', 'queues.unknown-queue', 'There is no such queue.', context);
  if (REFUSED.has(name)) return new AppError('invalid', 'queues.invalid-message', 'The message cannot be put into a queue.', context);
  const known = toAppError(error);
  if (known.kind !== 'bug') return known;
  return new AppError('unavailable', 'queues.unavailable', 'The queues cannot be reached just now.', context);
}

/** Whether the same call may do better in a moment: what SQS forbids it will forbid again. */
export function isPassing(error: AppError): boolean {
  return error.code === 'queues.unavailable' && statusOf(error.cause) !== FORBIDDEN;
}

/** Whether the service said anything at all that is not its own failure: enough to know that it can be reached. */
export function wasAnswered(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status < 500;
}
