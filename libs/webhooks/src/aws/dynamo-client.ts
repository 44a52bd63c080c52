import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AppError, SystemClock, toAppError } from '@manga-assist/foundation';
import { SystemTimers, withDeadline } from '@manga-assist/resilience';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { WebhookOwner } from '../webhook-endpoint.ts';

/** The wait for one of the sockets is part of it. */
const CONNECTION_TIMEOUT_MS = 1_000;
const MOST_SOCKETS = 200;
/** Both attempts and the pause between them. */
const CALL_TIMEOUT_MS = 2_000;
const time = { clock: new SystemClock(), timers: new SystemTimers() };

/** A client of its own: kept connections, two attempts. */
export function openDynamo(): DynamoDBDocumentClient {
  const agent = { keepAlive: true, maxSockets: MOST_SOCKETS };
  const requestHandler = new NodeHttpHandler({ connectionTimeout: CONNECTION_TIMEOUT_MS, httpAgent: agent, httpsAgent: agent });
  return DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 2, requestHandler }), { marshallOptions: { removeUndefinedValues: true } });
}

/** Runs one call with its deadline. Errors: the caller's cancellation as it is, everything else `webhooks.unavailable`. */
export async function called<T>(signal: AbortSignal, call: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
  const deadline = withDeadline(signal, CALL_TIMEOUT_MS, time);
  try {
    signal.throwIfAborted();
    return await call({ abortSignal: deadline.signal });
  } catch (error) {
    if (signal.aborted) throw toAppError(signal.reason);
    throw new AppError('unavailable', 'webhooks.unavailable', 'Webhooks cannot be reached just now; try again.', { cause: error, retryAfterMs: 1_000 });
  } finally {
    deadline.clear();
  }
}

/** True when it was written, false when its condition did not hold. */
export async function written(signal: AbortSignal, call: (options: { abortSignal: AbortSignal }) => Promise<unknown>): Promise<boolean> {
  return called(signal, (options) =>
    call(options).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      },
    ),
  );
}

/** The owner is part of every key: what is another's cannot be named. */
export function ownerKey({ tenantId, subject }: WebhookOwner): string {
  return `T#${withoutHash(tenantId)}#U#${withoutHash(subject)}`;
}

// `#` separates the parts, so no part may hold one.
function withoutHash(part: string): string {
  return part.replaceAll('%', '%25').replaceAll('#', '%23');
}
