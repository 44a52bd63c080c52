import type { SQSClient } from '@aws-sdk/client-sqs';
import { AppError, SystemClock, type Clock } from '@manga-assist/foundation';
import { SystemTimers, type Timer, type Timers } from '@manga-assist/resilience';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { textAttributes, type ReceivedMessage } from '../aws/received-message.ts';
import { openSqsClient, QueueUrls } from '../aws/sqs-client.ts';
import { SqsQueue } from '../aws/sqs-queue.ts';
import { isFifo } from '../message-rules.ts';
import { HeldMessages, type HeldMessage } from './held-messages.ts';
import { firstSentAtMs, MessageHandlers } from './message-handlers.ts';
import type { QueueShare } from './places.ts';
import { Polling } from './polling.ts';
import { ServedQueue } from './served-queue.ts';
import { MOST_RECEIVES_TO_WAIT, Settler } from './settler.ts';
import type { MessageReceived, MessageSettled, QueueTrouble } from './transport-events.ts';
import { Tenants } from './tenants.ts';
import { deferralMs, type Verdict } from './verdict.ts';

export interface SqsTransportOptions {
  /** The queues that share `mostInFlight` places by weight. See `PRIORITY_WEIGHTS`. */
  queues: readonly QueueShare[];
  /** Messages worked on at once, over all of `queues`; at least one for each. */
  mostInFlight: number;
  /** Queues with places of their own, whose long work must not take those of the others. */
  beside?: readonly { name: string; mostInFlight: number }[];
  /** How long SQS hides a message for us at a time; 30. A killed worker's messages come back after that. */
  visibilityTimeoutSeconds?: number;
  /** 10: one beat may fail, repeats and all, and the message is still ours. */
  heartbeatEverySeconds?: number;
  /** After that the handler's signal fires and the message counts as failed. */
  handlerTimeoutMs: number;
  /** How long running handlers may go on once the worker is told to stop; 20 s. */
  drainTimeoutMs?: number;
  clock?: Clock;
  timers?: Timers;
  /** From 0 up to, but not, 1. */
  random?(): number;
  onReceived?(event: MessageReceived): void;
  onSettled?(event: MessageSettled): void;
  /** What is worth a line in the log; the transport goes on. */
  onTrouble?(trouble: QueueTrouble): void;
}

/**
 * Of eight places that high and normal jobs both want, high has more than five; low has one of
 * thirteen, and always one: an overnight backlog moves on while shoppers are busy.
 */
export const PRIORITY_WEIGHTS = { high: 8, normal: 4, low: 1 } as const;

/** What this worker has of one queue. */
interface InHand {
  polling: Polling;
  /** Of the polling, shared by its queues; as many may wait in hand besides. */
  places: number;
  /** Not of a FIFO queue: there a group is not a tenant, and has one message out at most. */
  tenants: Tenants | undefined;
  /** Waiting for a place. */
  aside: HeldMessage[];
}

/** Settled, but not known to SQS yet: past this plus twice the places nothing more is received. */
const UNSETTLED_MARGIN = 100;

/**
 * SQS as a Nest transport: every message goes to the `@EventPattern` its attribute `Pattern` names,
 * and what the handler returns or throws settles it.
 */
export class SqsTransport extends MessageHandlers implements CustomTransportStrategy {
  readonly #options: Required<Omit<SqsTransportOptions, 'onReceived' | 'onSettled' | 'onTrouble'>> & SqsTransportOptions;
  readonly #client: SQSClient;
  readonly #settler: Settler;
  readonly #held: HeldMessages;
  readonly #queues: readonly ServedQueue[];
  readonly #polls: readonly Polling[];
  readonly #inHand = new Map<string, InHand>();
  /** In hand, waiting for their time: of FIFO queues, where sending anew would lose their turn. */
  readonly #postponed = new Map<HeldMessage, Timer>();
  readonly #works = new Set<Promise<void>>();
  #unsettled = 0;
  #isServing = false;
  #closing: Promise<void> | undefined;

  constructor(options: SqsTransportOptions) {
    super();
    const filled = {
      beside: [],
      visibilityTimeoutSeconds: 30,
      heartbeatEverySeconds: 10,
      drainTimeoutMs: 20_000,
      clock: new SystemClock(),
      timers: new SystemTimers(),
      random: Math.random,
      ...options,
    };
    const { clock, timers, random } = filled;
    this.#options = filled;
    this.#client = openSqsClient();
    const urls = new QueueUrls(this.#client);
    const sqsQueue = (name: string) => new SqsQueue(name, this.#client, urls, { clock, timers });
    const onTrouble = (queueName: string, error: AppError) => filled.onTrouble?.({ queueName, error });
    this.#settler = new Settler({ queue: sqsQueue, random, onTrouble });
    this.#held = new HeldMessages({ ...filled, hideForSeconds: filled.visibilityTimeoutSeconds, onTrouble });

    const serve = ({ name, weight }: QueueShare) =>
      // One message of a FIFO queue a call: SQS would give several of one group, which could only wait here for each other.
      new ServedQueue(sqsQueue(name), { weight, mostPerReceive: isFifo(name) ? 1 : 10, timers, random });
    const poll = (queues: readonly ServedQueue[], places: number): Polling => {
      const polling = new Polling({
        places,
        queues,
        hideForSeconds: filled.visibilityTimeoutSeconds,
        clock,
        timers,
        random,
        onMessages: (queue, messages, isLook) => this.#take(queue as ServedQueue, messages, isLook),
        onTrouble: (queue, error) => onTrouble(queue.name, error),
        asideOf: ({ name }) => this.#of(name).aside.length,
        onPlace: ({ name }) => this.#takeUp(this.#of(name).aside.shift()),
        isCrowded: ({ name }) => this.#of(name).tenants?.isCrowded() ?? false,
        isWanted: () => this.#unsettled < 2 * places + UNSETTLED_MARGIN,
      });
      for (const { name, isFifo: isOrdered } of queues) this.#inHand.set(name, { polling, places, tenants: isOrdered ? undefined : new Tenants(), aside: [] });
      return polling;
    };
    const sharing = filled.queues.map(serve);
    const beside = filled.beside.map(({ name, mostInFlight }) => ({ queue: serve({ name, weight: 1 }), mostInFlight }));
    this.#queues = [...sharing, ...beside.map(({ queue }) => queue)];
    this.#polls = [...(sharing.length > 0 ? [poll(sharing, filled.mostInFlight)] : []), ...beside.map(({ queue, mostInFlight }) => poll([queue], mostInFlight))];
  }

  listen(callback: () => void): void {
    this.#isServing = true;
    for (const polling of this.#polls) polling.start();
    callback();
  }

  /** Takes nothing more, lets what runs end within its time, and gives the rest back at once. */
  close(): Promise<void> {
    return (this.#closing ??= this.#drain());
  }

  /** The SQS client. */
  unwrap<T>(): T {
    return this.#client as T;
  }

  async #drain(): Promise<void> {
    const { drainTimeoutMs, timers } = this.#options;
    if (this.#isServing) {
      const timer = timers.start(drainTimeoutMs, () => this.#held.abortAll(new AppError('cancelled', 'queues.draining', 'The worker is stopping.')));
      for (const timer of this.#postponed.values()) timer.stop();
      for (const held of [...this.#postponed.keys(), ...[...this.#inHand.values()].flatMap(({ aside }) => aside.splice(0))]) this.#track(this.#giveBack(held));
      this.#postponed.clear();
      await Promise.all(this.#polls.map((polling) => polling.stop()));
      while (this.#works.size > 0) await Promise.all(this.#works);
      timer.stop();
    }
    await Promise.all(this.#queues.map((queue) => queue.flush()));
    this.#held.stop();
    this.#client.destroy();
  }

  #take(queue: ServedQueue, messages: readonly ReceivedMessage[], isLook: boolean): void {
    for (const message of messages) {
      const mustStandBack = this.#isCrowding(queue, message) && (isLook || this.#isSpareInUse(queue));
      const held = this.#hold(queue, message);
      if (this.#closing) this.#track(this.#giveBack(held));
      else if (mustStandBack) this.#standBack(held);
      else this.#track(this.#workOn(held));
    }
  }

  #hold(queue: ServedQueue, message: ReceivedMessage): HeldMessage {
    this.#of(queue.name).tenants?.begin(message.groupId);
    return this.#held.hold(queue, message);
  }

  #letGo(held: HeldMessage): void {
    this.#of(held.queue.name).tenants?.end(held.message.groupId);
    this.#held.letGo(held);
  }

  #isCrowding(queue: ServedQueue, { groupId }: ReceivedMessage): boolean {
    return this.#of(queue.name).tenants?.isCrowding(groupId) ?? false;
  }

  #isSpareInUse(queue: ServedQueue): boolean {
    return this.#of(queue.name).polling.isSpareInUse(queue);
  }

  /** Waits in hand for a place, or, with enough before it, in the queue. */
  #standBack(held: HeldMessage): void {
    const { queue, message } = held;
    const { aside, places, polling } = this.#of(queue.name);
    if (aside.length < places) {
      aside.push(held);
      polling.setAside(queue);
      return;
    }
    this.#letGo(held);
    this.#settle(held, { kind: 'retry', delayMs: deferralMs(message.receiveCount, this.#options.random) });
    this.#options.onSettled?.({ ...this.#about(held), durationMs: 0, outcome: 'deferred' });
  }

  #takeUp(held: HeldMessage | undefined): void {
    if (!held) return;
    if (!held.controller.signal.aborted) return this.#track(this.#workOn(held));
    // Lost while it waited.
    this.#letGo(held);
    this.#free(held.queue);
  }

  #about({ queue, message }: HeldMessage): MessageReceived {
    const dwellMs = Math.max(0, this.#options.clock.nowMs() - firstSentAtMs(message));
    const attributes = textAttributes(message.rawAttributes);
    return { queueName: queue.name, messageId: message.messageId, pattern: attributes['Pattern'] ?? '', receiveCount: message.receiveCount, attributes, dwellMs };
  }

  #track(work: Promise<void>): void {
    this.#works.add(work);
    void work.finally(() => this.#works.delete(work));
  }

  async #workOn(held: HeldMessage): Promise<void> {
    const { queue } = held;
    const { clock, onReceived, onSettled } = this.#options;
    const about = this.#about(held);
    onReceived?.(about);
    const beganAtMs = clock.elapsedMs();
    const verdict = await this.handle(queue.name, held.message, held.controller.signal, this.#options);
    const { reason } = held.controller.signal;
    const isLost = reason instanceof AppError && reason.code === 'queues.hold-lost';
    const isOut = verdict.kind === 'done' || verdict.kind === 'dead-letter';
    if (this.#closing && !isOut && !isLost) return this.#giveBack(held);

    const durationMs = clock.elapsedMs() - beganAtMs;
    if (verdict.kind === 'retry' && !isLost && mustWaitInHand(held)) {
      this.#postpone(held, verdict.delayMs);
    } else {
      // The place is free from here on: telling SQS goes on beside the next message.
      this.#letGo(held);
      if (isLost && verdict.kind !== 'done') this.#free(queue);
      else this.#settle(held, verdict);
    }
    onSettled?.({ ...about, durationMs, outcome: isLost ? 'lost' : verdict.kind, ...('code' in verdict && { code: verdict.code }), ...('error' in verdict && { error: verdict.error }) });
  }

  /** Waits in hand and gives its place to others meanwhile, unless as many wait so as the worker has places. */
  #postpone(held: HeldMessage, delayMs: number): void {
    const { aside, places, polling } = this.#of(held.queue.name);
    const keepsPlace = this.#postponed.size >= places;
    const timer = this.#options.timers.start(delayMs, () => {
      this.#postponed.delete(held);
      if (keepsPlace) return this.#takeUp(held);
      aside.push(held);
      polling.resume();
    });
    this.#postponed.set(held, timer);
    if (!keepsPlace) this.#free(held.queue);
  }

  #settle({ queue, message }: HeldMessage, verdict: Verdict): void {
    this.#unsettled++;
    const settling = this.#settler.settle(queue, message, verdict).then(() => {
      this.#unsettled--;
      this.#of(queue.name).polling.resume();
    });
    this.#track(settling);
    this.#free(queue);
  }

  /** Only while draining: nobody asks for its place any more. */
  async #giveBack(held: HeldMessage): Promise<void> {
    const { queue, message } = held;
    this.#letGo(held);
    const failure = await queue.hide(message.receiptHandle, 0);
    if (failure && failure.code !== 'queues.message-lost') this.#options.onTrouble?.({ queueName: queue.name, error: failure });
  }

  #free(queue: ServedQueue): void {
    this.#of(queue.name).polling.release(queue);
  }

  #of(queueName: string): InHand {
    const inHand = this.#inHand.get(queueName);
    if (inHand === undefined) throw new AppError('bug', 'queues.not-served', 'This worker does not serve the queue.');
    return inHand;
  }
}

/** Sent anew it would lose its turn, and every receive brings it nearer to the dead letters. */
function mustWaitInHand({ queue, message }: HeldMessage): boolean {
  return queue.isFifo && message.receiveCount >= MOST_RECEIVES_TO_WAIT;
}
