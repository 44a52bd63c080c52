import type { AppError, Clock } from '@manga-assist/foundation';
import type { Timer, Timers } from '@manga-assist/resilience';
import type { ReceivedMessage } from '../aws/received-message.ts';
import type { SqsQueue } from '../aws/sqs-queue.ts';
import { Places, type QueueShare } from './places.ts';

export interface PolledQueue extends QueueShare {
  sqs: Pick<SqsQueue, 'receive'>;
  /** Messages a call may ask for, at most ten. */
  mostPerReceive: number;
}

export interface PollingOptions {
  /** Messages held at once, over all queues of this polling. */
  places: number;
  queues: readonly PolledQueue[];
  hideForSeconds: number;
  clock: Clock;
  timers: Timers;
  random(): number;
  /** Must not throw. Each message's place is taken until `release` or `setAside`; one of a look was meant for somebody else than a crowding tenant. */
  onMessages(queue: PolledQueue, messages: readonly ReceivedMessage[], isLook: boolean): void;
  /** Messages of the queue that were set aside and wait for a place. */
  asideOf(queue: PolledQueue): number;
  /** One of them has a place now, until `release`. */
  onPlace(queue: PolledQueue): void;
  onTrouble(queue: PolledQueue, error: AppError): void;
  /** Whether one tenant holds so much of the queue that some places are to be left to others. */
  isCrowded(queue: PolledQueue): boolean;
  /** False while so much waits to be settled that nothing more is wanted. */
  isWanted(): boolean;
}

interface QueueState {
  queue: PolledQueue;
  /** How many calls may be made because earlier ones brought all they asked for. None: nothing is known to wait. */
  credits: number;
  isWatched: boolean;
  /** Whether that poll is a look into a crowded queue, in a spare place. */
  isLook: boolean;
  /** Calls under way that do not wait. */
  shortCalls: number;
  /** Runs while the queue is left alone after a failure. */
  pause: Timer | undefined;
  /** Runs between two looks for somebody else than the crowding tenant. */
  rest: Timer | undefined;
  failures: number;
  /** Long polls in a row that brought nothing and did not wait either. */
  emptyAtOnce: number;
}

interface How {
  waitSeconds: number;
  signal: AbortSignal;
  /** In a spare place, for the message of somebody else than a crowding tenant. */
  isLook: boolean;
}

/** SQS's longest. */
const WATCH_SECONDS = 20;
const MOST_CREDITS = 32;
/** How long a few free places wait for more, so that a call brings more than one message. */
const GATHER_MS = 3;
/** A crowded queue is looked at again after as long as the look took, within these. */
const SHORTEST_REST_MS = 20;
const LONGEST_REST_MS = 100;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const NO_WAIT_MS = 100;
const FIRST_EMPTY_PAUSE_MS = 20;
const LONGEST_EMPTY_PAUSE_MS = 1_000;

/**
 * Decides which queue is asked, when and for how many.
 *
 * A queue of which nothing is known is *watched*: one long poll, in places kept for that queue, so
 * that waiting costs the others nothing. When a call brings all it asked for, more waits: the queue
 * earns credits, and short calls bring as many as there are places, its own first and then common
 * ones. Common places go to the queue that has the fewest in use for its weight. A call that brings
 * less ends the credits, and the queue is watched again.
 *
 * When one tenant crowds a queue, the last free places are spare: they are not filled, but one of them looks, with pauses, for the message of somebody else. SQS shows those
 * first, so it waits for two or three calls at most. What else such a look brings is set aside until
 * its queue is the one that a free place is for.
 */
export class Polling {
  readonly #options: PollingOptions;
  readonly #places: Places;
  readonly #states: readonly QueueState[];
  readonly #calls = new Set<Promise<void>>();
  readonly #watching = new AbortController();
  readonly #stopped = new AbortController();
  #isStopping = false;
  #gathering: Timer | undefined;

  constructor(options: PollingOptions) {
    this.#options = options;
    this.#places = new Places(options.places, options.queues);
    // Heaviest first: of two queues with equal claims it is asked first.
    const queues = options.queues.toSorted((a, b) => b.weight - a.weight);
    this.#states = queues.map((queue) => ({ queue, credits: 0, isWatched: false, isLook: false, shortCalls: 0, pause: undefined, rest: undefined, failures: 0, emptyAtOnce: 0 }));
  }

  start(): void {
    this.#pump();
  }

  /** The message's place is free. */
  release(queue: PolledQueue): void {
    this.#places.give(queue.name, 1);
    this.#pump();
  }

  /** Whether a message that has just come has one of the places that a crowding tenant leaves to others. */
  isSpareInUse({ name }: PolledQueue): boolean {
    return this.#places.free(name) < this.#places.spare(name);
  }

  /** The message waits without a place. Only while `onMessages` is being called. */
  setAside(queue: PolledQueue): void {
    this.#places.give(queue.name, 1);
  }

  /** Looks again whether anything is wanted. */
  resume(): void {
    this.#pump();
  }

  /** Asks for nothing more: long polls end at once, short calls as they come. `onMessages` may be called until then. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#gathering?.stop();
    for (const { pause, rest } of this.#states) {
      pause?.stop();
      rest?.stop();
    }
    this.#watching.abort();
    await Promise.all(this.#calls);
    this.#stopped.abort();
  }

  #pump({ gathered = false } = {}): void {
    if (this.#isStopping || !this.#options.isWanted()) return;
    for (const state of this.#states) this.#watchIfFree(state);
    const passed = new Set<QueueState>();
    for (let next = this.#mostEntitled(passed); next; next = this.#mostEntitled(passed)) {
      const { queue } = next;
      if (this.#options.asideOf(queue) > 0) {
        this.#places.take(queue.name, 1);
        this.#options.onPlace(queue);
        continue;
      }
      const free = this.#free(next);
      // A few places are worth a call only when neither time nor a call under way will soon make them more.
      if (free < queue.mostPerReceive && (!gathered || next.shortCalls > 0)) {
        passed.add(next);
        if (next.shortCalls > 0) continue;
        this.#gathering ??= this.#options.timers.start(GATHER_MS, () => {
          this.#gathering = undefined;
          this.#pump({ gathered: true });
        });
        continue;
      }
      next.credits--;
      this.#call(next, Math.min(free, queue.mostPerReceive), { waitSeconds: 0, signal: this.#stopped.signal, isLook: false });
    }
  }

  #mostEntitled(passed: ReadonlySet<QueueState>): QueueState | undefined {
    let best: QueueState | undefined;
    let fewest = Infinity;
    for (const state of this.#states) {
      const { name, weight } = state.queue;
      if (passed.has(state) || !(this.#options.asideOf(state.queue) > 0 || (state.credits > 0 && !state.pause))) continue;
      if (this.#free(state) <= 0) continue;
      const used = this.#places.inUse(name) / weight;
      if (used >= fewest) continue;
      best = state;
      fewest = used;
    }
    return best;
  }

  /** What may be filled with whatever comes. */
  #free({ queue }: QueueState): number {
    const free = this.#places.free(queue.name);
    if (!this.#options.isCrowded(queue)) return free;
    // Open looks, whichever queue's, are in spare places already.
    const looks = this.#states.filter(({ isLook }) => isLook).length;
    return Math.min(free, free - this.#places.spare(queue.name) + looks);
  }

  #watchIfFree(state: QueueState): void {
    const { name, mostPerReceive } = state.queue;
    const free = this.#free(state);
    const isFull = free <= 0;
    const isBetterDone = isFull ? state.rest !== undefined : state.credits > 0 || this.#options.asideOf(state.queue) > 0;
    if (state.isWatched || state.pause || isBetterDone) return;
    // With its own places all in use a queue keeps one eye open in a common one.
    const own = this.#places.ownFree(name) || Math.min(1, this.#places.commonFree());
    const atMost = Math.min(mostPerReceive, own, Math.max(1, free));
    if (atMost === 0) return;
    state.isWatched = true;
    state.isLook = isFull;
    this.#call(state, atMost, { waitSeconds: WATCH_SECONDS, signal: this.#watching.signal, isLook: isFull });
  }

  #call(state: QueueState, atMost: number, how: How): void {
    this.#places.take(state.queue.name, atMost);
    const call = this.#receive(state, atMost, how);
    this.#calls.add(call);
    void call.finally(() => this.#calls.delete(call));
  }

  async #receive(state: QueueState, atMost: number, { waitSeconds, signal, isLook }: How): Promise<void> {
    const { queue } = state;
    const { clock, hideForSeconds, onMessages, onTrouble } = this.#options;
    const isWatch = waitSeconds > 0;
    if (!isWatch) state.shortCalls++;
    const askedAtMs = clock.elapsedMs();
    try {
      const messages = await queue.sqs.receive({ atMost, waitSeconds, hideForSeconds }, signal);
      this.#places.give(queue.name, atMost - messages.length);
      if (isWatch) state.isLook = false;
      state.failures = 0;
      if (messages.length < atMost) state.credits = 0;
      else state.credits = Math.min(MOST_CREDITS, state.credits + (isWatch ? 1 : 2));
      if (messages.length > 0) onMessages(queue, messages, isLook);
      const tookMs = clock.elapsedMs() - askedAtMs;
      if (isWatch) this.#rememberWait(state, messages.length === 0 && tookMs < NO_WAIT_MS);
      if (isWatch && messages.length > 0 && this.#free(state) <= 0) this.#rest(state, tookMs);
    } catch (error) {
      this.#places.give(queue.name, atMost);
      if (isWatch) state.isLook = false;
      state.credits = 0;
      if (this.#isStopping) return;
      onTrouble(queue, error as AppError);
      this.#pause(state, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** state.failures++));
    } finally {
      if (isWatch) state.isWatched = false;
      else state.shortCalls--;
      this.#pump();
    }
  }

  #rest(state: QueueState, tookMs: number): void {
    if (this.#isStopping) return;
    state.rest ??= this.#options.timers.start(Math.min(LONGEST_REST_MS, Math.max(SHORTEST_REST_MS, tookMs)), () => {
      state.rest = undefined;
      this.#pump();
    });
  }

  /** A server that does not wait as asked must not be asked ever faster. */
  #rememberWait(state: QueueState, wasEmptyAtOnce: boolean): void {
    state.emptyAtOnce = wasEmptyAtOnce ? state.emptyAtOnce + 1 : 0;
    if (state.emptyAtOnce > 2) this.#pause(state, Math.min(LONGEST_EMPTY_PAUSE_MS, FIRST_EMPTY_PAUSE_MS * 2 ** (state.emptyAtOnce - 3)));
  }

  #pause(state: QueueState, longestMs: number): void {
    if (this.#isStopping) return;
    state.pause ??= this.#options.timers.start(longestMs * (0.5 + this.#options.random() / 2), () => {
      state.pause = undefined;
      this.#pump();
    });
  }
}
