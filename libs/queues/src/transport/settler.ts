import type { AppError } from '@manga-assist/foundation';
import type { ReceivedMessage } from '../aws/received-message.ts';
import type { SqsQueue } from '../aws/sqs-queue.ts';
import { firstSentAtMs } from './message-handlers.ts';
import { deadLetterAttributes, sentAnewAttributes } from '../aws/message-attributes.ts';
import { backoffMs, type Verdict } from './verdict.ts';

/** Where a settlement is carried out: a queue in batches, or one Lambda event. */
export interface Settling {
  sqs: SqsQueue;
  isFifo: boolean;
  delete(receiptHandle: string): Promise<AppError | undefined>;
  hide(receiptHandle: string, delayMs: number): Promise<AppError | undefined>;
}

export interface SettlerOptions {
  /** The queue of that name, for dead letters. */
  queue(name: string): SqsQueue;
  random(): number;
  onTrouble(queueName: string, error: AppError): void;
}

/**
 * From here on a message that is to wait is sent anew, so that its receives begin at one again: nearly
 * all that its queue allows are left for crashes.
 */
export const MOST_RECEIVES_TO_WAIT = 5;
/** SQS's longest delay of a message. */
const LONGEST_DELAY_SECONDS = 900;

/** Does to a message what its verdict says. */
export class Settler {
  readonly #options: SettlerOptions;
  /** Settling outlives every handler's signal; the calls have deadlines of their own. */
  readonly #never = new AbortController().signal;

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** True when the message is out of the queue; false when it will come back. Never throws. */
  async settle(queue: Settling, message: ReceivedMessage, verdict: Verdict): Promise<boolean> {
    try {
      switch (verdict.kind) {
        case 'done':
          break;
        case 'retry':
          if (queue.isFifo || message.receiveCount < MOST_RECEIVES_TO_WAIT) return await this.#comeBack(queue, message, verdict.delayMs);
          await this.#sendAnew(queue, message, verdict.delayMs);
          break;
        case 'failed':
          return await this.#comeBack(queue, message, verdict.delayMs);
        case 'dead-letter':
          if (!(await this.#bury(queue, message, verdict))) return await this.#comeBack(queue, message, this.#backoffMs(message));
      }
    } catch (error) {
      // It could not be sent to where it belongs, so it is not taken out of where it is.
      this.#options.onTrouble(queue.sqs.name, error as AppError);
      return this.#comeBack(queue, message, this.#backoffMs(message));
    }
    const failure = await queue.delete(message.receiptHandle);
    if (failure) this.#options.onTrouble(queue.sqs.name, failure);
    return failure === undefined;
  }

  async #comeBack(queue: Settling, message: ReceivedMessage, delayMs: number): Promise<false> {
    const failure = await queue.hide(message.receiptHandle, delayMs);
    // One that is lost comes back by itself.
    if (failure && failure.code !== 'queues.message-lost') this.#options.onTrouble(queue.sqs.name, failure);
    return false;
  }

  async #sendAnew(queue: Settling, message: ReceivedMessage, delayMs: number): Promise<void> {
    await queue.sqs.send(
      {
        body: message.body,
        rawAttributes: sentAnewAttributes(message.rawAttributes, firstSentAtMs(message)),
        ...(message.groupId !== undefined && { groupId: message.groupId }),
        delaySeconds: Math.min(LONGEST_DELAY_SECONDS, Math.ceil(delayMs / 1_000)),
      },
      this.#never,
    );
  }

  /** False when the queue has no dead-letter queue. */
  async #bury(queue: Settling, message: ReceivedMessage, { code, reason }: { code: string; reason: string }): Promise<boolean> {
    const name = await queue.sqs.deadLetterQueueName(this.#never);
    if (name === undefined) return false;
    await this.#options.queue(name).send(
      {
        body: message.body,
        rawAttributes: deadLetterAttributes(message.rawAttributes, { code, reason, sourceQueue: queue.sqs.name }),
        ...(message.groupId !== undefined && { groupId: message.groupId }),
        // Sent and not deleted, then sent again: the second does nothing.
        ...(queue.isFifo && { deduplicationId: message.messageId }),
      },
      this.#never,
    );
    return true;
  }

  #backoffMs({ receiveCount }: ReceivedMessage): number {
    return backoffMs(receiveCount, this.#options.random);
  }
}
