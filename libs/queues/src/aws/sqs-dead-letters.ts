import type { SQSClient } from '@aws-sdk/client-sqs';
import { SystemClock, type AppError, type Clock } from '@manga-assist/foundation';
import { sleep, SystemTimers, type Timers } from '@manga-assist/resilience';
import { jobIdOf, matches, redriveReport, type RedrivenMessage } from '../dead-letter-rules.ts';
import { DeadLetters, type DeadLetter, type DeadLetterFilter, type RedriveReport } from '../dead-letters.ts';
import { isFifo } from '../message-rules.ts';
import { DEAD_LETTER_CODE, DEAD_LETTER_REASON, redrivenAttributes, SOURCE_QUEUE } from './message-attributes.ts';
import { textAttributes, type ReceivedMessage } from './received-message.ts';
import { openSqsClient, QueueUrls } from './sqs-client.ts';
import { queueNameOf, SqsQueue } from './sqs-queue.ts';

export interface SqsDeadLettersOptions {
  /** Names of the dead-letter queues. */
  deadLetterQueues: readonly string[];
  clock?: Clock;
  timers?: Timers;
}

type RedriveOptions = Parameters<DeadLetters['redrive']>[1];

/** A message of a dead-letter queue that this look hides from others. */
interface Found {
  queue: SqsQueue;
  message: ReceivedMessage;
  letter: DeadLetter;
}

const RECEIVED_TOO_OFTEN = 'queues.received-too-often';
const MOST_LISTED = 1_000;
/** Should this process die while it looks, others see the messages after that. */
const LOOK_SECONDS = 30;
/** SQS hides a message for twelve hours at most. */
const LONGEST_HIDING_SECONDS = 43_200;
const MOST_ENTRIES = 10;

class SqsDeadLetters extends DeadLetters {
  readonly #client: SQSClient;
  readonly #queues: readonly SqsQueue[];
  readonly #time: { clock: Clock; timers: Timers };
  readonly #queue: (name: string) => SqsQueue;

  constructor({ deadLetterQueues, clock = new SystemClock(), timers = new SystemTimers() }: SqsDeadLettersOptions) {
    super();
    this.#client = openSqsClient();
    this.#time = { clock, timers };
    const urls = new QueueUrls(this.#client);
    this.#queue = (name) => new SqsQueue(name, this.#client, urls, this.#time);
    this.#queues = deadLetterQueues.map(this.#queue);
  }

  async list(filter: DeadLetterFilter, limit: number, signal: AbortSignal): Promise<readonly DeadLetter[]> {
    const most = Math.min(limit, MOST_LISTED);
    const listed: DeadLetter[] = [];
    for await (const { letter } of this.#look(LOOK_SECONDS, signal)) {
      if (matches(letter, filter)) listed.push(letter);
      if (listed.length >= most) break;
    }
    return listed.toSorted((a, b) => a.sentAtMs - b.sentAtMs);
  }

  async redrive(filter: DeadLetterFilter, options: RedriveOptions, signal: AbortSignal): Promise<RedriveReport> {
    const messages: RedrivenMessage[] = [];
    // What the look has passed by stays hidden until it ends, or it would be found again and again.
    const lookSeconds = Math.min(LONGEST_HIDING_SECONDS, LOOK_SECONDS + Math.ceil(options.limit / options.perSecond));
    try {
      for await (const found of this.#look(lookSeconds, signal)) {
        const { letter } = found;
        if (!matches(letter, filter)) continue;
        if (!options.isDryRun && messages.length > 0) await sleep(1_000 / options.perSecond, signal, this.#time.timers);
        const jobId = jobIdOf(letter);
        const outcome = options.isDryRun ? 'would-redrive' : (await this.#sendBack(found, options, signal)) ? 'redriven' : 'failed';
        messages.push({ messageId: letter.messageId, ...(jobId !== undefined && { jobId }), sourceQueue: letter.sourceQueue, code: letter.code, outcome });
        if (messages.length >= options.limit) break;
      }
    } catch (error) {
      // Whoever asked must learn what has been done, even if it was not all.
      if (messages.length === 0) throw error;
    }
    return redriveReport(messages);
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  /** Every dead letter once, oldest first as far as SQS shows them; gives back what was not taken when the caller has seen enough. */
  async *#look(hideForSeconds: number, signal: AbortSignal): AsyncGenerator<Found> {
    for (const queue of this.#queues) {
      const seen = new Set<string>();
      const hidden: ReceivedMessage[] = [];
      try {
        const expected = await queue.waiting(signal);
        // A call may bring nothing but second copies while first ones wait; as many as there are messages are all of them once more.
        for (let copies = 0; copies <= seen.size; ) {
          // A short poll may miss some; only a long one asks everywhere.
          const waitSeconds = seen.size < expected ? 1 : 0;
          const messages = await queue.receive({ atMost: MOST_ENTRIES, waitSeconds, hideForSeconds }, signal);
          hidden.push(...messages);
          const unseen = messages.filter(({ messageId }) => !seen.has(messageId));
          if (messages.length === 0 || (unseen.length === 0 && seen.size >= expected)) break;
          copies += messages.length - unseen.length;
          for (const message of unseen) {
            seen.add(message.messageId);
            yield { queue, message, letter: toDeadLetter(queue.name, message) };
          }
        }
      } finally {
        await this.#giveBack(queue, hidden);
      }
    }
  }

  /** Also what has been deleted: SQS says that it is gone, and nothing else happens. */
  async #giveBack(queue: SqsQueue, messages: readonly ReceivedMessage[]): Promise<void> {
    for (let at = 0; at < messages.length; at += MOST_ENTRIES) {
      const changes = messages.slice(at, at + MOST_ENTRIES).map(({ receiptHandle }) => ({ receiptHandle, delayMs: 0 }));
      // They come back by themselves if this fails.
      await queue.hide(changes, new AbortController().signal).catch(() => undefined);
    }
  }

  /** True when it is back in its queue and out of this one. */
  async #sendBack({ queue, message, letter }: Found, { beforeEach }: RedriveOptions, signal: AbortSignal): Promise<boolean> {
    if (letter.sourceQueue === '') return false;
    try {
      if (!((await beforeEach?.(letter, signal)) ?? true)) return false;
      await this.#queue(letter.sourceQueue).send(
        {
          body: message.body,
          rawAttributes: redrivenAttributes(message.rawAttributes),
          ...(message.groupId !== undefined && { groupId: message.groupId }),
          // A new id, or SQS would take it for the one it has delivered; the same one should this be repeated.
          ...(isFifo(letter.sourceQueue) && { deduplicationId: `redrive-${message.messageId}` }),
        },
        signal,
      );
      const [failure]: (AppError | undefined)[] = await queue.delete([message.receiptHandle], signal);
      return failure === undefined;
    } catch {
      return false;
    }
  }
}

function toDeadLetter(deadLetterQueue: string, message: ReceivedMessage): DeadLetter {
  const { [DEAD_LETTER_CODE]: code, [DEAD_LETTER_REASON]: reason, [SOURCE_QUEUE]: sourceQueue, ...attributes } = textAttributes(message.rawAttributes);
  const told = { messageId: message.messageId, deadLetterQueue, sentAtMs: message.sentAtMs, receiveCount: message.receiveCount, attributes, body: message.body };
  // When SQS moved it, only SQS knows from where; what the message says of itself may be from an earlier time.
  if (code === undefined || message.deadLetterSourceArn !== undefined) {
    return { ...told, sourceQueue: message.deadLetterSourceArn ? queueNameOf(message.deadLetterSourceArn) : '', code: RECEIVED_TOO_OFTEN, reason: 'It was received too often without being settled.' };
  }
  return { ...told, sourceQueue: sourceQueue ?? '', code, reason: reason ?? '' };
}

/** Of a FIFO group SQS shows ten at most until some of them are gone, so a redrive of more takes several. */
export function openSqsDeadLetters(options: SqsDeadLettersOptions): DeadLetters {
  return new SqsDeadLetters(options);
}
