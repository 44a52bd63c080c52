import type { SQSClient } from '@aws-sdk/client-sqs';
import { AppError, SystemClock, type Clock } from '@manga-assist/foundation';
import { sleep, SystemTimers, type Timers } from '@manga-assist/resilience';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { ReceivedMessage } from '../aws/received-message.ts';
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
  readonly #pollOf = new Map<string, Polling>();
  readonly #tenants = new Map<string, Tenants>();
  /** In hand, waiting for a place. */
  readonly #aside = new Map<string, HeldMessage[]>();
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
        asideOf: ({ name }) => this.#aside.get(name)?.length ?? 0,
        onPlace: ({ name }) => this.#takeUp(this.#aside.get(name)?.shift()),
        isCrowded: ({ name }) => this.#tenants.get(name)?.isCrowded() ?? false,
        isWanted: () => this.#unsettled < 2 * places + UNSETTLED_MARGIN,
      });
      for (const queue of queues) {
        this.#pollOf.set(queue.name, polling);
        // In a FIFO queue a group is not a tenant, and has one message out at most.
        if (!queue.isFifo) this.#tenants.set(queue.name, new Tenants());
        this.#aside.set(queue.name, []);
      }
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
      for (const aside of this.#aside.values()) for (const held of aside.splice(0)) this.#track(this.#giveBack(held));
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
    this.#tenants.get(queue.name)?.begin(message.groupId);
    return this.#held.hold(queue, message);
  }

  #letGo(held: HeldMessage): void {
    this.#tenants.get(held.queue.name)?.end(held.message.groupId);
    this.#held.letGo(held);
  }

  #isCrowding(queue: ServedQueue, { groupId }: ReceivedMessage): boolean {
    return this.#tenants.get(queue.name)?.isCrowding(groupId) ?? false;
  }

  #isSpareInUse(queue: ServedQueue): boolean {
    return this.#pollOf.get(queue.name)?.isSpareInUse(queue) ?? false;
  }

  /** Waits in hand for a place, or, with enough before it, in the queue. */
  #standBack(held: HeldMessage): void {
    const { queue, message } = held;
    const aside = this.#aside.get(queue.name) ?? [];
    if (aside.length < this.#options.mostInFlight) {
      aside.push(held);
      this.#pollOf.get(queue.name)?.setAside(queue);
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
    const pattern = message.rawAttributes['Pattern']?.StringValue ?? '';
    return { queueName: queue.name, messageId: message.messageId, pattern, receiveCount: message.receiveCount, dwellMs };
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
    const verdict = await this.#verdictOn(held);
    const { reason } = held.controller.signal;
    const isLost = reason instanceof AppError && reason.code === 'queues.hold-lost';
    const isOut = verdict.kind === 'done' || verdict.kind === 'dead-letter';
    const durationMs = clock.elapsedMs() - beganAtMs;

    if (this.#closing && !isOut && !isLost) return this.#giveBack(held);
    // The place is free from here on: telling SQS goes on beside the next message.
    this.#letGo(held);
    if (isLost && verdict.kind !== 'done') this.#free(queue);
    else this.#settle(held, verdict);
    onSettled?.({ ...about, durationMs, outcome: isLost ? 'lost' : verdict.kind, ...('code' in verdict && { code: verdict.code }), ...('error' in verdict && { error: verdict.error }) });
  }

  async #verdictOn(held: HeldMessage): Promise<Verdict> {
    const { queue, message, controller } = held;
    for (;;) {
      const verdict = await this.handle(queue.name, message, controller.signal, this.#options);
      // A FIFO message cannot be sent anew without losing its turn, so it waits in hand instead of using up its receives.
      if (verdict.kind !== 'retry' || !queue.isFifo || message.receiveCount < MOST_RECEIVES_TO_WAIT || this.#closing) return verdict;
      try {
        await sleep(verdict.delayMs, controller.signal, this.#options.timers);
      } catch {
        return verdict;
      }
    }
  }

  #settle({ queue, message }: HeldMessage, verdict: Verdict): void {
    this.#unsettled++;
    const settling = this.#settler.settle(queue, message, verdict).then(() => {
      this.#unsettled--;
      this.#pollOf.get(queue.name)?.resume();
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
    this.#pollOf.get(queue.name)?.release(queue);
  }
}
