import { ListQueuesCommand, SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import { AppError } from '@manga-assist/foundation';
import { sleep, SystemTimers, type Timers } from '@manga-assist/resilience';
import { isFifo, refusalOf } from '../message-rules.ts';
import type { OutgoingMessage, SendOutcome } from '../outgoing-message.ts';
import { QueueSender } from '../queue-sender.ts';
import { messageBatches, type Entry } from './message-batches.ts';
import { openSqsClient, QueueUrls } from './sqs-client.ts';
import { isPassing, toQueueError, wasAnswered } from './sqs-errors.ts';

export interface SqsQueueSenderOptions {
  timers?: Timers;
  /** From 0 up to, but not, 1. */
  random?(): number;
}

/** The first wait before what was refused is sent again is a random time below this; doubled each time, up to a second. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;
/** About five seconds in all. Whoever has more patience keeps the message and comes back. */
const MOST_TRIES = 10;
/** Calls under way at once in one `sendMany`. */
const MOST_CALLS = 8;

class SqsQueueSender extends QueueSender {
  readonly #client: SQSClient;
  readonly #urls: QueueUrls;
  readonly #timers: Timers;
  readonly #random: () => number;

  constructor(client: SQSClient, { timers = new SystemTimers(), random = Math.random }: SqsQueueSenderOptions) {
    super();
    this.#client = client;
    this.#urls = new QueueUrls(client);
    this.#timers = timers;
    this.#random = random;
  }

  async send(message: OutgoingMessage, signal: AbortSignal): Promise<{ messageId: string }> {
    const [outcome] = await this.#sendAll([message], signal);
    if (typeof outcome === 'string') return { messageId: outcome };
    throw outcome;
  }

  async sendMany(messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<readonly SendOutcome[]> {
    const outcomes = await this.#sendAll(messages, signal);
    const failure = outcomes.find((outcome) => outcome instanceof AppError && outcome.kind !== 'invalid');
    if (failure && !outcomes.some((outcome) => typeof outcome === 'string')) throw failure;
    return outcomes.map((outcome) => (typeof outcome === 'string' ? { kind: 'sent', messageId: outcome } : { kind: 'failed', code: outcome.code }));
  }

  async isReachable(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#client.send(new ListQueuesCommand({ MaxResults: 1 }), { abortSignal: signal });
      return true;
    } catch (error) {
      // A service that may send need not be allowed to list.
      return wasAnswered(error);
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  /** SQS's id of each message, or why it was not sent. */
  async #sendAll(messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<(string | AppError)[]> {
    const outcomes: (string | AppError | undefined)[] = messages.map(refusalOf);
    const sendable = messages.map((message, index) => ({ message, index })).filter(({ index }) => outcomes[index] === undefined);
    const batches = messageBatches(sendable);
    // A FIFO queue's calls go one after the other, or its groups would lose their order.
    const lanes = Map.groupBy(batches, ([first]) => (first && isFifo(first.message.queueName) ? first.message.queueName : ''));
    const runLane = async (lane: Entry[][]) => {
      for (let batch = lane.shift(); batch; batch = lane.shift()) await this.#sendBatch(batch, outcomes, signal);
    };
    await Promise.all([...lanes].flatMap(([name, lane]) => Array.from({ length: name === '' ? MOST_CALLS : 1 }, () => runLane(lane))));
    return outcomes.map((outcome) => outcome ?? new AppError('unavailable', 'queues.unavailable', 'The queues cannot be reached just now.'));
  }

  /** Sends until nothing of the batch waits any more; what SQS refuses for the moment is sent again, alone. */
  async #sendBatch(batch: readonly Entry[], outcomes: (string | AppError | undefined)[], signal: AbortSignal): Promise<void> {
    let waiting = batch;
    for (let tries = 1; waiting.length > 0; tries++) {
      waiting = await this.#tryOnce(waiting, outcomes, signal);
      if (waiting.length === 0 || tries === MOST_TRIES) return;
      const waitMs = this.#random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
      try {
        await sleep(waitMs, signal, this.#timers);
      } catch (reason) {
        for (const { index } of waiting) outcomes[index] = toQueueError(reason, { signal });
        return;
      }
    }
  }

  /** Records what became of each, and gives back those worth another try (with the failure recorded, should there be none). */
  async #tryOnce(batch: readonly Entry[], outcomes: (string | AppError | undefined)[], signal: AbortSignal): Promise<Entry[]> {
    const queueName = batch[0]?.message.queueName ?? '';
    const settle = (entry: Entry, failure: AppError): boolean => {
      outcomes[entry.index] = failure;
      return isPassing(failure);
    };
    try {
      const QueueUrl = await this.#urls.of(queueName, signal);
      const Entries = batch.map(({ message }, at) => toBatchEntry(message, String(at)));
      const { Successful = [], Failed = [] } = await this.#client.send(new SendMessageBatchCommand({ QueueUrl, Entries }), { abortSignal: signal });
      const sentIds = new Map(Successful.map(({ Id, MessageId }) => [Id, MessageId]));
      const failures = new Map(Failed.map((failed) => [failed.Id, failed]));
      return batch.filter((entry, at) => {
        const messageId = sentIds.get(String(at));
        if (messageId === undefined) return settle(entry, entryFailure(failures.get(String(at)), queueName));
        outcomes[entry.index] = messageId;
        return false;
      });
    } catch (error) {
      const failure = toQueueError(error, { queueName, signal });
      return batch.filter((entry) => settle(entry, failure));
    }
  }
}

function entryFailure(failed: { SenderFault?: boolean | undefined; Code?: string | undefined } | undefined, queueName: string): AppError {
  const details = { queueName, sqsError: failed?.Code ?? 'unknown' };
  if (failed?.SenderFault) return new AppError('invalid', 'queues.invalid-message', 'The message cannot be put into a queue.', { details });
  return new AppError('unavailable', 'queues.unavailable', 'The queues cannot be reached just now.', { details });
}

/** An entry of a call, `Id` being its name within that call. */
export function toBatchEntry(message: OutgoingMessage, Id: string): SendMessageBatchRequestEntry {
  const attributes = Object.entries({ ...message.attributes, Pattern: message.pattern });
  return {
    Id,
    MessageBody: message.body,
    MessageAttributes: Object.fromEntries(attributes.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }])),
    ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
    ...(message.deduplicationId !== undefined && { MessageDeduplicationId: message.deduplicationId }),
    // Up, not down: rather a second late than too soon.
    ...(message.delayMs && { DelaySeconds: Math.ceil(message.delayMs / 1_000) }),
  };
}

export function openSqsQueueSender(options: SqsQueueSenderOptions = {}): QueueSender {
  return new SqsQueueSender(openSqsClient(), options);
}
