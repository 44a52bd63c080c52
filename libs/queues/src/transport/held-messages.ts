import { AppError, type Clock } from '@manga-assist/foundation';
import type { Timers } from '@manga-assist/resilience';
import type { ReceivedMessage } from '../aws/received-message.ts';
import type { ServedQueue } from './served-queue.ts';

type Hiding = Pick<ServedQueue, 'name' | 'hide'>;

/** A message that SQS hides from others for us. */
export interface HeldMessage<Q extends Hiding = ServedQueue> {
  queue: Q;
  message: ReceivedMessage;
  /** Fires when the message is no longer ours, or when the worker ends. */
  controller: AbortController;
  /** Monotonic; until then nobody else gets the message. */
  oursUntilMs: number;
}

export interface HeldMessagesOptions {
  hideForSeconds: number;
  heartbeatEverySeconds: number;
  clock: Clock;
  timers: Timers;
  onTrouble(queueName: string, error: AppError): void;
}

/** Keeps what is in hand hidden from others, and tells a handler at once when that failed. */
export class HeldMessages<Q extends Hiding = ServedQueue> {
  readonly #options: HeldMessagesOptions;
  readonly #held = new Set<HeldMessage<Q>>();
  #beat: { stop(): void; restart(): void } | undefined;

  constructor(options: HeldMessagesOptions) {
    this.#options = options;
  }

  hold(queue: Q, message: ReceivedMessage): HeldMessage<Q> {
    const { clock, heartbeatEverySeconds, hideForSeconds, timers } = this.#options;
    const held = { queue, message, controller: new AbortController(), oursUntilMs: clock.elapsedMs() + hideForSeconds * 1_000 };
    this.#held.add(held);
    // One beat for all, so that they are extended in the same calls.
    this.#beat ??= timers.start(heartbeatEverySeconds * 1_000, () => this.#extendAll());
    return held;
  }

  letGo(held: HeldMessage<Q>): void {
    this.#held.delete(held);
  }

  abortAll(reason: AppError): void {
    for (const { controller } of this.#held) controller.abort(reason);
  }

  stop(): void {
    this.#beat?.stop();
  }

  #extendAll(): void {
    this.#beat?.restart();
    for (const held of this.#held) void this.#extend(held);
  }

  async #extend(held: HeldMessage<Q>): Promise<void> {
    const { clock, hideForSeconds, onTrouble } = this.#options;
    const askedAtMs = clock.elapsedMs();
    // A process that was frozen wakes up here, perhaps long after somebody else was given the message.
    if (askedAtMs >= held.oursUntilMs) return this.#lose(held);
    const failure = await held.queue.hide(held.message.receiptHandle, hideForSeconds * 1_000);
    if (!this.#held.has(held)) return;
    if (!failure) {
      held.oursUntilMs = askedAtMs + hideForSeconds * 1_000;
      return;
    }
    onTrouble(held.queue.name, failure);
    if (failure.code === 'queues.message-lost' || clock.elapsedMs() >= held.oursUntilMs) this.#lose(held);
  }

  #lose(held: HeldMessage<Q>): void {
    held.controller.abort(new AppError('cancelled', 'queues.hold-lost', 'Somebody else may have the message by now.'));
  }
}
