import type { SQSClient } from '@aws-sdk/client-sqs';
import { SystemClock, type AppError, type Clock } from '@manga-assist/foundation';
import { SystemTimers, withDeadline, type Timers } from '@manga-assist/resilience';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { ReceivedMessage } from '../aws/received-message.ts';
import { openSqsClient, QueueUrls } from '../aws/sqs-client.ts';
import { queueNameOf, SqsQueue } from '../aws/sqs-queue.ts';
import { isFifo } from '../message-rules.ts';
import { MessageHandlers } from './message-handlers.ts';
import { Settler, type Settling } from './settler.ts';
import type { QueueTrouble } from './transport-events.ts';

export interface SqsLambdaTransportOptions {
  handlerTimeoutMs: number;
  /** Records of an event worked on at once; 10. */
  mostInFlight?: number;
  /** Kept at the end of an invocation to settle what was stopped; 5 s. */
  settleTimeMs?: number;
  clock?: Clock;
  timers?: Timers;
  random?(): number;
  onTrouble?(trouble: QueueTrouble): void;
}

/**
 * The same handlers for the SQS events of a Lambda function, whose event source must have
 * `ReportBatchItemFailures`. Lambda deletes what is not reported; what is to come back is reported,
 * after its visibility has been set to when.
 */
export class SqsLambdaTransport extends MessageHandlers implements CustomTransportStrategy {
  readonly #options: Required<Omit<SqsLambdaTransportOptions, 'onTrouble'>>;
  readonly #client: SQSClient;
  readonly #settler: Settler;
  readonly #queue: (name: string) => SqsQueue;
  readonly #never = new AbortController().signal;

  constructor({ onTrouble, ...options }: SqsLambdaTransportOptions) {
    super();
    this.#options = { mostInFlight: 10, settleTimeMs: 5_000, clock: new SystemClock(), timers: new SystemTimers(), random: Math.random, ...options };
    this.#client = openSqsClient();
    const urls = new QueueUrls(this.#client);
    this.#queue = (name) => new SqsQueue(name, this.#client, urls, this.#options);
    this.#settler = new Settler({ queue: this.#queue, random: this.#options.random, onTrouble: (queueName, error) => onTrouble?.({ queueName, error }) });
  }

  /** Lambda brings the messages. */
  listen(callback: () => void): void {
    callback();
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  unwrap<T>(): T {
    return this.#client as T;
  }

  /** Works on the records of an event. Of a FIFO queue's group nothing is begun any more after one that is to come back. */
  async answer(event: SQSEvent, remainingMs: number): Promise<SQSBatchResponse> {
    const deadline = withDeadline(this.#never, Math.max(0, remainingMs - this.#options.settleTimeMs), this.#options);
    const waiting = inOrder(event.Records);
    const failures: SQSBatchItemFailure[] = [];
    const work = async () => {
      for (let group = waiting.shift(); group; group = waiting.shift()) failures.push(...(await this.#workThrough(group, deadline.signal)));
    };
    await Promise.all(Array.from({ length: this.#options.mostInFlight }, work));
    deadline.clear();
    return { batchItemFailures: failures };
  }

  async #workThrough(group: readonly SQSRecord[], signal: AbortSignal): Promise<SQSBatchItemFailure[]> {
    for (const [at, record] of group.entries()) {
      if (!signal.aborted && (await this.#workOn(record, signal))) continue;
      return group.slice(at).map(({ messageId }) => ({ itemIdentifier: messageId }));
    }
    return [];
  }

  async #workOn(record: SQSRecord, signal: AbortSignal): Promise<boolean> {
    const sqs = this.#queue(queueNameOf(record.eventSourceARN));
    const message = toReceivedMessage(record);
    const settling: Settling = {
      sqs,
      isFifo: isFifo(sqs.name),
      delete: async () => undefined,
      hide: async (receiptHandle, delayMs) => {
        const [failure] = await sqs.hide([{ receiptHandle, delayMs }], this.#never).catch((error: AppError) => [error]);
        return failure;
      },
    };
    return this.#settler.settle(settling, message, await this.handle(sqs.name, message, signal, this.#options));
  }
}

/** What may be worked on beside each other; a FIFO group one after the other. */
function inOrder(records: readonly SQSRecord[]): SQSRecord[][] {
  return [...Map.groupBy(records, ({ attributes, eventSourceARN, messageId }) => (isFifo(eventSourceARN) ? (attributes.MessageGroupId ?? '') : messageId)).values()];
}

function toReceivedMessage({ messageId, receiptHandle, body, attributes, messageAttributes }: SQSRecord): ReceivedMessage {
  const raw = Object.entries(messageAttributes).map(([name, { dataType, stringValue, binaryValue }]) => [
    name,
    { DataType: dataType, ...(stringValue !== undefined && { StringValue: stringValue }), ...(binaryValue !== undefined && { BinaryValue: Buffer.from(binaryValue, 'base64') }) },
  ]);
  return {
    messageId,
    receiptHandle,
    body,
    rawAttributes: Object.fromEntries(raw) as ReceivedMessage['rawAttributes'],
    receiveCount: Number(attributes.ApproximateReceiveCount),
    sentAtMs: Number(attributes.SentTimestamp),
    ...(attributes.MessageGroupId !== undefined && { groupId: attributes.MessageGroupId }),
  };
}

/**
 * The entry of a Lambda function. `open` starts the application on its first invocation; should that
 * fail, the invocation fails, all its messages come back, and the next one tries again.
 */
export function toLambdaHandler(open: () => Promise<SqsLambdaTransport>) {
  let opening: Promise<SqsLambdaTransport> | undefined;
  return async (event: SQSEvent, context: { getRemainingTimeInMillis(): number }): Promise<SQSBatchResponse> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return (await opening).answer(event, context.getRemainingTimeInMillis());
  };
}
