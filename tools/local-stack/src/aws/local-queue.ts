import { randomUUID } from 'node:crypto';
import type { Faults, FaultsDone } from './faults.ts';
import { SqsQueue, SqsStore, type DeliveredMessage, type Queue, type StoredMessage } from './fauxqs-internals.ts';

/** SQS's limit of messages in a call. */
const MOST_MESSAGES = 10;
/** A tenant is noisy with more than a tenth of what is in flight, and at least this many. */
const NOISY_FROM = 30;
const NOISY_SHARE = 0.1;

/**
 * The tenants of messages on their way into standard queues, which fauxqs forgets: it passes a
 * message's attributes on as the same object, and by that the message is known again.
 */
export const groupOfAttributes = new WeakMap<object, string>();

/**
 * A queue of fauxqs that hands out as SQS does: fair between the tenants of a standard queue, several
 * messages of a FIFO group in one call, dead letters that know where they come from, and a message
 * wakes one long poll instead of all.
 */
export class LocalQueue extends SqsQueue {
  readonly #faults: Faults;
  readonly #done: FaultsDone;
  readonly #duplicates = new WeakSet<StoredMessage>();
  #woken = 0;

  constructor({ faults, done }: { faults: Faults; done: FaultsDone }, ...of: ConstructorParameters<typeof SqsQueue>) {
    super(...of);
    this.#faults = faults;
    this.#done = done;
  }

  override enqueue(message: StoredMessage): void {
    const group = groupOfAttributes.get(message.messageAttributes);
    if (group !== undefined) message.messageGroupId = group;
    super.enqueue(message);
  }

  override dequeue(most: number, visibilitySeconds?: number, queueByArn?: (arn: string) => Queue | undefined): DeliveredMessage[] {
    this.processTimers();
    const hiddenUntil = Date.now() + (visibilitySeconds ?? Number(this.attributes['VisibilityTimeout'])) * 1_000;
    const policy = JSON.parse(this.attributes['RedrivePolicy'] || '{}') as { maxReceiveCount?: number | string; deadLetterTargetArn?: string };
    const mostReceives = Number(policy.maxReceiveCount ?? Infinity);
    const deadLetters = policy.deadLetterTargetArn ? queueByArn?.(policy.deadLetterTargetArn) : undefined;

    const delivered: DeliveredMessage[] = [];
    const messages = this.isFifo() ? this.#unlockedGroups() : this.#fairly();
    while (delivered.length < Math.min(most, MOST_MESSAGES)) {
      const message = messages.next().value;
      if (!message) break;
      message.approximateReceiveCount++;
      message.approximateFirstReceiveTimestamp ??= Date.now();
      if (deadLetters && message.approximateReceiveCount > mostReceives) {
        message.deadLetterSourceArn = this.arn;
        deadLetters.enqueue(message);
        continue;
      }
      delivered.push(this.#deliver(message, hiddenUntil));
    }
    messages.return(undefined);
    return delivered;
  }

  override async waitForMessages(seconds: number): Promise<void> {
    await super.waitForMessages(seconds);
    this.#woken = Math.max(0, this.#woken - 1);
  }

  override notifyWaiters(): void {
    const available = this.isFifo() ? [...this.fifoMessages.keys()].filter((group) => !this.fifoLockedGroups.has(group)).length : this.messages.length;
    while (this.#woken < available) {
      const waiter = this.pollWaiters.shift();
      if (!waiter) return;
      this.#woken++;
      clearTimeout(waiter.timer);
      waiter.resolve();
    }
  }

  #deliver(message: StoredMessage, visibilityDeadline: number): DeliveredMessage {
    const receiptHandle = randomUUID();
    this.inflightMessages.set(receiptHandle, { message, receiptHandle, visibilityDeadline });
    if (this.isFifo() && message.messageGroupId !== undefined) this.fifoLockedGroups.set(message.messageGroupId, (this.fifoLockedGroups.get(message.messageGroupId) ?? 0) + 1);
    const { duplicateDeliveries } = this.#faults;
    if (duplicateDeliveries > 0 && !this.isFifo() && !this.#duplicates.has(message) && Math.random() < duplicateDeliveries) {
      const twin = { ...message };
      this.#duplicates.add(twin);
      this.messages.push(twin);
      this.#done.duplicateDeliveries++;
    }
    return {
      MessageId: message.messageId,
      ReceiptHandle: receiptHandle,
      MD5OfBody: message.md5OfBody,
      Body: message.body,
      ...(message.md5OfMessageAttributes && { MD5OfMessageAttributes: message.md5OfMessageAttributes }),
      ...(Object.keys(message.messageAttributes).length > 0 && { MessageAttributes: message.messageAttributes }),
    };
  }

  /** Oldest first, but those of quiet tenants before those of noisy ones. */
  *#fairly(): Generator<StoredMessage, undefined> {
    const noisy = this.#noisyGroups();
    if (noisy.size > 0) {
      for (let at = 0; at < this.messages.length; ) {
        const group = this.messages[at]?.messageGroupId;
        if (group !== undefined && noisy.has(group)) at++;
        else yield this.messages.splice(at, 1)[0] as StoredMessage;
      }
    }
    for (let next = this.messages.shift(); next; next = this.messages.shift()) yield next;
    return undefined;
  }

  #noisyGroups(): Set<string> {
    const inFlight = new Map<string, number>();
    if (this.inflightMessages.size < NOISY_FROM) return new Set();
    for (const { message } of this.inflightMessages.values()) {
      if (message.messageGroupId !== undefined) inFlight.set(message.messageGroupId, (inFlight.get(message.messageGroupId) ?? 0) + 1);
    }
    const most = Math.max(NOISY_FROM - 1, this.inflightMessages.size * NOISY_SHARE);
    return new Set([...inFlight].filter(([, count]) => count > most).map(([group]) => group));
  }

  /** The messages of groups of which none was in flight before this call, in order. */
  *#unlockedGroups(): Generator<StoredMessage, undefined> {
    for (const [group, messages] of this.fifoMessages) {
      if (this.fifoLockedGroups.has(group)) continue;
      // Several that were given back may have come in any order.
      messages.sort((a, b) => ((a.sequenceNumber ?? '') < (b.sequenceNumber ?? '') ? -1 : 1));
      for (let next = messages.shift(); next; next = messages.shift()) {
        if (messages.length === 0) this.fifoMessages.delete(group);
        yield next;
      }
    }
    return undefined;
  }
}

/** The queues of fauxqs, made as `LocalQueue`s. */
export class LocalQueueStore extends SqsStore {
  readonly #faults: { faults: Faults; done: FaultsDone };

  constructor(faults: { faults: Faults; done: FaultsDone }) {
    super();
    this.#faults = faults;
  }

  override createQueue(...of: ConstructorParameters<typeof SqsQueue>): Queue {
    const queue = new LocalQueue(this.#faults, ...of);
    this.queues.set(queue.url, queue);
    this.queuesByName.set(queue.name, queue);
    this.queuesByArn.set(queue.arn, queue);
    return queue;
  }
}
