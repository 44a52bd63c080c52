import { AppError } from '@manga-assist/foundation';
import { refusalOf } from '../message-rules.ts';
import type { OutgoingMessage, SendOutcome } from '../outgoing-message.ts';
import { QueueSender } from '../queue-sender.ts';

export interface RecordedQueueSenderOptions {
  /** The queues that exist; any, unless told. */
  queues?: readonly string[];
}

/** Keeps what was sent, by the rules of SQS. */
export class RecordedQueueSender extends QueueSender {
  /** What lies in the queues, oldest first. */
  readonly sent: OutgoingMessage[] = [];
  /** Nothing can be sent while this is true. */
  isDown = false;
  /** Nothing is answered before this. */
  answersAfter: Promise<unknown> = Promise.resolve();
  /** Calls that wait for it. */
  unanswered = 0;
  /** A test's word on single messages: true means that SQS goes on refusing this one for the moment. */
  refuses: (message: OutgoingMessage) => boolean = () => false;
  readonly #queues: ReadonlySet<string> | undefined;
  readonly #onceIds = new Map<string, string>();
  #count = 0;

  constructor({ queues }: RecordedQueueSenderOptions = {}) {
    super();
    this.#queues = queues && new Set(queues);
  }

  async send(message: OutgoingMessage, signal: AbortSignal): Promise<{ messageId: string }> {
    await this.#answering();
    const outcome = this.#take(message, signal);
    if (typeof outcome === 'string') return { messageId: outcome };
    throw outcome;
  }

  async sendMany(messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<readonly SendOutcome[]> {
    await this.#answering();
    const outcomes = messages.map((message) => this.#take(message, signal));
    const failure = outcomes.find((outcome) => outcome instanceof AppError && outcome.kind !== 'invalid');
    if (failure && !outcomes.some((outcome) => typeof outcome === 'string')) throw failure;
    return outcomes.map((outcome) => (typeof outcome === 'string' ? { kind: 'sent', messageId: outcome } : { kind: 'failed', code: outcome.code }));
  }

  async isReachable(): Promise<boolean> {
    return !this.isDown;
  }

  async close(): Promise<void> {}

  async #answering(): Promise<void> {
    this.unanswered++;
    await this.answersAfter;
    this.unanswered--;
  }

  #take(message: OutgoingMessage, signal: AbortSignal): string | AppError {
    const refusal = refusalOf(message);
    if (refusal) return refusal;
    if (signal.aborted) return new AppError('cancelled', 'request.cancelled', 'The request was cancelled.');
    if (this.isDown || this.refuses(message)) return new AppError('unavailable', 'queues.unavailable', 'The queues cannot be reached just now.');
    if (this.#queues?.has(message.queueName) === false) return new AppError('invalid', 'queues.unknown-queue', 'There is no such queue.');
    const onceId = message.deduplicationId && `${message.queueName} ${message.deduplicationId}`;
    const earlier = onceId && this.#onceIds.get(onceId);
    if (earlier) return earlier;
    const messageId = `message-${++this.#count}`;
    if (onceId) this.#onceIds.set(onceId, messageId);
    this.sent.push(message);
    return messageId;
  }
}
