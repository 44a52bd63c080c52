import type { AppError } from '@manga-assist/foundation';
import { sleep, type Timers } from '@manga-assist/resilience';

export interface BatchedOptions<T> {
  /** One call for at most ten; gives for each why it failed, if it did; throws when the whole call failed. */
  call(items: readonly T[]): Promise<readonly (AppError | undefined)[]>;
  isPassing(error: AppError): boolean;
  timers: Timers;
  random(): number;
}

interface Waiting<T> {
  item: T;
  settle(failure: AppError | undefined): void;
}

/** SQS's limit of entries in a call. */
const MOST_ITEMS = 10;
/** How long the first of a batch waits for others: well below anything a message's sender notices. */
const COLLECT_MS = 5;
const MOST_TRIES = 5;
const FIRST_WAIT_MS = 100;

/** Collects single wishes into calls of ten, and repeats for a while what failed for the moment. */
export class Batched<T> {
  readonly #options: BatchedOptions<T>;
  readonly #never = new AbortController().signal;
  readonly #calls = new Set<Promise<void>>();
  #collected: Waiting<T>[] = [];
  #timer: { stop(): void } | undefined;

  constructor(options: BatchedOptions<T>) {
    this.#options = options;
  }

  /** Why it failed in the end, if it did. */
  add(item: T): Promise<AppError | undefined> {
    return new Promise((settle) => {
      this.#collected.push({ item, settle });
      if (this.#collected.length === MOST_ITEMS) this.#callNow();
      else this.#timer ??= this.#options.timers.start(COLLECT_MS, () => this.#callNow());
    });
  }

  /** Ends when everything added so far has been settled. */
  async flush(): Promise<void> {
    this.#callNow();
    await Promise.all(this.#calls);
  }

  #callNow(): void {
    this.#timer?.stop();
    this.#timer = undefined;
    if (this.#collected.length === 0) return;
    const call = this.#settle(this.#collected);
    this.#collected = [];
    this.#calls.add(call);
    void call.finally(() => this.#calls.delete(call));
  }

  async #settle(batch: readonly Waiting<T>[]): Promise<void> {
    const { call, isPassing, random, timers } = this.#options;
    let waiting = batch;
    for (let tries = 1; ; tries++) {
      const failures = await call(waiting.map(({ item }) => item)).catch((error: AppError) => waiting.map(() => error));
      waiting = waiting.filter(({ settle }, at) => {
        const failure = failures[at];
        if (failure && isPassing(failure) && tries < MOST_TRIES) return true;
        settle(failure);
        return false;
      });
      if (waiting.length === 0) return;
      await sleep(random() * FIRST_WAIT_MS * 2 ** tries, this.#never, timers);
    }
  }
}
