import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AppError, SystemClock, toAppError } from '@manga-assist/foundation';
import { SystemTimers, withDeadline } from '@manga-assist/resilience';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { WebhookOwner } from '../webhook-endpoint.ts';

/** The wait for one of the sockets is part of it. */
const CONNECTION_TIMEOUT_MS = 1_000;
const MOST_SOCKETS = 200;
const CALL_TIMEOUT_MS = 2_000;
const time = { clock: new SystemClock(), timers: new SystemTimers() };

type Call<T> = (client: DynamoDBDocumentClient, options: { abortSignal: AbortSignal }) => Promise<T>;

export interface DynamoOptions {
  /** For one call, both attempts and the pause between them. Default 2 s. */
  callTimeoutMs?: number;
}

/** A client of its own: kept connections, two attempts, a deadline for each call. */
export class Dynamo {
  readonly #client: DynamoDBDocumentClient;
  readonly #callTimeoutMs: number;

  constructor({ callTimeoutMs = CALL_TIMEOUT_MS }: DynamoOptions = {}) {
    const agent = { keepAlive: true, maxSockets: MOST_SOCKETS };
    const requestHandler = new NodeHttpHandler({ connectionTimeout: CONNECTION_TIMEOUT_MS, httpAgent: agent, httpsAgent: agent });
    this.#client = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 2, requestHandler }), { marshallOptions: { removeUndefinedValues: true } });
    this.#callTimeoutMs = callTimeoutMs;
  }

  /** Runs one call with its deadline. Errors: the caller's cancellation as it is, everything else `webhooks.unavailable`. */
  async called<T>(signal: AbortSignal, call: Call<T>): Promise<T> {
    const deadline = withDeadline(signal, this.#callTimeoutMs, time);
    try {
      signal.throwIfAborted();
      return await call(this.#client, { abortSignal: deadline.signal });
    } catch (error) {
      if (signal.aborted) throw toAppError(signal.reason);
      throw new AppError('unavailable', 'webhooks.unavailable', 'Webhooks cannot be reached just now; try again.', { cause: error, retryAfterMs: 1_000 });
    } finally {
      deadline.clear();
    }
  }

  /** True when it was written, false when its condition did not hold. */
  async written(signal: AbortSignal, call: Call<unknown>): Promise<boolean> {
    return this.called(signal, (client, options) =>
      call(client, options).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ConditionalCheckFailedException) return false;
          throw error;
        },
      ),
    );
  }

  destroy(): void {
    this.#client.destroy();
  }
}

/** The owner is part of every key: what is another's cannot be named. */
export function ownerKey({ tenantId, subject }: WebhookOwner): string {
  return `T#${withoutHash(tenantId)}#U#${withoutHash(subject)}`;
}

// `#` separates the parts, so no part may hold one.
function withoutHash(part: string): string {
  return part.replaceAll('%', '%25').replaceAll('#', '%23');
}
