import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type BatchResultErrorEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { AppError, type Clock } from '@manga-assist/foundation';
import { withDeadline, type Timers } from '@manga-assist/resilience';
import { toReceivedMessage, type ReceivedMessage } from './received-message.ts';
import type { QueueUrls } from './sqs-client.ts';
import { toQueueError } from './sqs-errors.ts';

/** Of every call; a long poll has it on top of its wait. */
const CALL_TIMEOUT_MS = 10_000;
/** What SQS calls a receipt whose message somebody else may hold by now. */
const LOST = new Set(['ReceiptHandleIsInvalid', 'MessageNotInflight', 'InvalidParameterValue']);

export interface Sending extends Pick<ReceivedMessage, 'body' | 'rawAttributes' | 'groupId'> {
  deduplicationId?: string;
  delaySeconds?: number;
}

/** One queue, in calls that have a deadline and fail in our words. */
export class SqsQueue {
  readonly name: string;
  readonly #client: SQSClient;
  readonly #urls: QueueUrls;
  readonly #time: { clock: Clock; timers: Timers };
  #deadLetterQueueName: string | undefined;

  constructor(name: string, client: SQSClient, urls: QueueUrls, time: { clock: Clock; timers: Timers }) {
    this.name = name;
    this.#client = client;
    this.#urls = urls;
    this.#time = time;
  }

  receive(ask: { atMost: number; waitSeconds: number; hideForSeconds: number }, signal: AbortSignal): Promise<ReceivedMessage[]> {
    return this.#call(signal, CALL_TIMEOUT_MS + ask.waitSeconds * 1_000, async (QueueUrl, options) => {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: ask.atMost,
        WaitTimeSeconds: ask.waitSeconds,
        VisibilityTimeout: ask.hideForSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp', 'MessageGroupId', 'DeadLetterQueueSourceArn'],
        MessageAttributeNames: ['All'],
      });
      const { Messages = [] } = await this.#client.send(command, options);
      return Messages.map(toReceivedMessage);
    });
  }

  /** At most ten. For each: why it could not be deleted, if it could not. */
  delete(receiptHandles: readonly string[], signal: AbortSignal): Promise<(AppError | undefined)[]> {
    return this.#call(signal, CALL_TIMEOUT_MS, async (QueueUrl, options) => {
      const Entries = receiptHandles.map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle }));
      const { Failed } = await this.#client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), options);
      return this.#failures(receiptHandles, Failed);
    });
  }

  /** At most ten; 0 gives a message back. `queues.message-lost`: it is not ours any more. */
  hide(changes: readonly { receiptHandle: string; delayMs: number }[], signal: AbortSignal): Promise<(AppError | undefined)[]> {
    return this.#call(signal, CALL_TIMEOUT_MS, async (QueueUrl, options) => {
      const Entries = changes.map(({ receiptHandle, delayMs }, at) => ({ Id: String(at), ReceiptHandle: receiptHandle, VisibilityTimeout: visibilitySeconds(delayMs) }));
      const { Failed } = await this.#client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }), options);
      return this.#failures(changes, Failed);
    });
  }

  send(message: Sending, signal: AbortSignal): Promise<void> {
    return this.#call(signal, CALL_TIMEOUT_MS, async (QueueUrl, options) => {
      const command = new SendMessageCommand({
        QueueUrl,
        MessageBody: message.body,
        MessageAttributes: message.rawAttributes,
        MessageGroupId: message.groupId,
        MessageDeduplicationId: message.deduplicationId,
        DelaySeconds: message.delaySeconds,
      });
      await this.#client.send(command, options);
    });
  }

  /** The queue that this one's redrive policy names; undefined when it has none. */
  async deadLetterQueueName(signal: AbortSignal): Promise<string | undefined> {
    return (this.#deadLetterQueueName ??= await this.#call(signal, CALL_TIMEOUT_MS, async (QueueUrl, options) => {
      const { Attributes } = await this.#client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }), options);
      const { deadLetterTargetArn } = JSON.parse(Attributes?.['RedrivePolicy'] ?? '{}') as { deadLetterTargetArn?: string };
      return deadLetterTargetArn && queueNameOf(deadLetterTargetArn);
    }));
  }

  /** As SQS counts: approximately. */
  async waiting(signal: AbortSignal): Promise<number> {
    return this.#call(signal, CALL_TIMEOUT_MS, async (QueueUrl, options) => {
      const { Attributes } = await this.#client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }), options);
      return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
    });
  }

  async #call<T>(parent: AbortSignal, timeoutMs: number, run: (url: string, options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const { signal, clear } = withDeadline(parent, timeoutMs, this.#time);
    try {
      return await run(await this.#urls.of(this.name, signal), { abortSignal: signal });
    } catch (error) {
      throw toQueueError(error, { queueName: this.name, signal });
    } finally {
      clear();
    }
  }

  #failures(items: readonly unknown[], failed: readonly BatchResultErrorEntry[] | undefined): (AppError | undefined)[] {
    const failures: (AppError | undefined)[] = items.map(() => undefined);
    for (const { Id, Code = 'unknown' } of failed ?? []) {
      const details = { queueName: this.name, sqsError: Code };
      failures[Number(Id)] = LOST.has(Code)
        ? new AppError('conflict', 'queues.message-lost', 'The message is not held any more.', { details })
        : new AppError('unavailable', 'queues.unavailable', 'The queues cannot be reached just now.', { details });
    }
    return failures;
  }
}

/** SQS hides a message for twelve hours at most, counted from its receipt; an hour of them is for the work before. */
const LONGEST_HIDING_SECONDS = 11 * 3_600;

function visibilitySeconds(delayMs: number): number {
  return Math.min(LONGEST_HIDING_SECONDS, Math.ceil(delayMs / 1_000));
}

export function queueNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
