import type { Clock } from '@manga-assist/foundation';

/** Leave to run one call; release it exactly once, further releases are ignored. */
export interface Slot {
  /** `throttled` shrinks the limit, `succeeded` may grow it, `ignored` (failed, cancelled) leaves it. */
  release(outcome: 'succeeded' | 'throttled' | 'ignored'): void;
}

export interface AdaptiveConcurrencyOptions {
  clock: Clock;
  /** The limit begins here: optimistic, because only a throttle tells what the other side allows. */
  maximum: number;
  minimum?: number;
  /** Callers beyond the limit wait; beyond this many they are turned away. */
  maxWaiting?: number;
  /** One burst of throttles shrinks the limit once, not once per call in flight. */
  calmMs?: number;
}

interface Waiter {
  admit(slot: Slot): void;
}

/**
 * How many calls may run at once: additive increase (about one more per full round of successes
 * while the limit is in use), multiplicative decrease (to 70 %) on a throttle.
 */
export class AdaptiveConcurrency {
  readonly #clock: Clock;
  readonly #maximum: number;
  readonly #minimum: number;
  readonly #maxWaiting: number;
  readonly #calmMs: number;
  readonly #waiting = new Set<Waiter>();
  #limit: number;
  #inFlight = 0;
  #shrunkAtMs = -Infinity;

  constructor({ clock, maximum, minimum = 1, maxWaiting = 1_000, calmMs = 1_000 }: AdaptiveConcurrencyOptions) {
    if (!(minimum >= 1 && maximum >= minimum)) throw new RangeError('1 <= minimum <= maximum');
    this.#clock = clock;
    this.#maximum = maximum;
    this.#minimum = minimum;
    this.#maxWaiting = maxWaiting;
    this.#calmMs = calmMs;
    this.#limit = maximum;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Waits for a slot, first come first served. Undefined: too many wait already. Rejects with the signal's reason. */
  acquire(signal: AbortSignal): Promise<Slot | undefined> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#inFlight < this.limit) return Promise.resolve(this.#admit());
    if (this.#waiting.size >= this.#maxWaiting) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        admit: (slot) => {
          signal.removeEventListener('abort', onAbort);
          resolve(slot);
        },
      };
      this.#waiting.add(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #admit(): Slot {
    this.#inFlight++;
    let isReleased = false;
    return {
      release: (outcome) => {
        if (isReleased) return;
        isReleased = true;
        this.#learn(outcome);
        this.#inFlight--;
        this.#admitWaiting();
      },
    };
  }

  #learn(outcome: 'succeeded' | 'throttled' | 'ignored'): void {
    if (outcome === 'throttled') {
      if (this.#clock.elapsedMs() - this.#shrunkAtMs < this.#calmMs) return;
      this.#shrunkAtMs = this.#clock.elapsedMs();
      this.#limit = Math.max(this.#minimum, Math.floor(this.#limit * 0.7));
    } else if (outcome === 'succeeded' && this.#inFlight >= this.limit) {
      // Growing while half the slots are free would prove nothing.
      this.#limit = Math.min(this.#maximum, this.#limit + 1 / this.#limit);
    }
  }

  #admitWaiting(): void {
    for (const waiter of this.#waiting) {
      if (this.#inFlight >= this.limit) return;
      this.#waiting.delete(waiter);
      waiter.admit(this.#admit());
    }
  }
}
