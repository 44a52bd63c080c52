import type { Clock } from '@manga-assist/foundation';

export type CircuitState =
  /** Calls pass. `outcomes`: the latest ones, true = failed. */
  | { state: 'closed'; outcomes: readonly boolean[] }
  /** Calls are refused until then (monotonic milliseconds). */
  | { state: 'open'; untilMs: number }
  /** One probe at a time; its outcome decides. */
  | { state: 'half-open'; isProbing: boolean };

/** Leave for one call. Exactly one of the three must be said when it has ended; what is said after that is ignored. */
export interface Passage {
  succeeded(): void;
  /** A failure that says the other side is ill: 5xx, time-outs. */
  failed(): void;
  /** An ending that says nothing about its health: a throttle, a cancellation, a refused request. */
  ignored(): void;
}

export interface CircuitBreakerOptions {
  clock: Clock;
  /** How many of the latest outcomes count. */
  window?: number;
  /** No verdict on fewer outcomes than this. */
  minimumOutcomes?: number;
  /** Opens when this share of the counted outcomes failed. */
  failureShare?: number;
  /** How long it stays open before it lets a probe through. */
  openMs?: number;
}

/** Stops asking a side that only fails, and asks again one call at a time. */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #window: number;
  readonly #minimumOutcomes: number;
  readonly #failureShare: number;
  readonly #openMs: number;
  #state: CircuitState = { state: 'closed', outcomes: [] };
  /** Grows with every change of state; a passage from before a change no longer has a say. */
  #epoch = 0;

  constructor({ clock, window = 20, minimumOutcomes = 5, failureShare = 0.5, openMs = 10_000 }: CircuitBreakerOptions) {
    this.#clock = clock;
    this.#window = window;
    this.#minimumOutcomes = minimumOutcomes;
    this.#failureShare = failureShare;
    this.#openMs = openMs;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** How long a refused caller had better wait; 0 when calls pass. */
  get retryAfterMs(): number {
    return this.#state.state === 'open' ? Math.max(0, this.#state.untilMs - this.#clock.elapsedMs()) : 0;
  }

  /** Undefined: not now. */
  enter(): Passage | undefined {
    if (this.#state.state === 'open' && this.#clock.elapsedMs() >= this.#state.untilMs) {
      this.#become({ state: 'half-open', isProbing: false });
    }
    switch (this.#state.state) {
      case 'open':
        return undefined;
      case 'half-open':
        if (this.#state.isProbing) return undefined;
        this.#state = { state: 'half-open', isProbing: true };
        return this.#passage();
      case 'closed':
        return this.#passage();
    }
  }

  #passage(): Passage {
    const epoch = this.#epoch;
    let isOver = false;
    const once = (outcome: 'succeeded' | 'failed' | 'ignored') => () => {
      if (isOver) return;
      isOver = true;
      if (epoch === this.#epoch) this.#settle(outcome);
    };
    return { succeeded: once('succeeded'), failed: once('failed'), ignored: once('ignored') };
  }

  #settle(outcome: 'succeeded' | 'failed' | 'ignored'): void {
    if (this.#state.state === 'half-open') {
      if (outcome === 'ignored') this.#state = { state: 'half-open', isProbing: false };
      else if (outcome === 'failed') this.#open();
      else this.#become({ state: 'closed', outcomes: [] });
      return;
    }
    if (this.#state.state !== 'closed' || outcome === 'ignored') return;
    const outcomes = [...this.#state.outcomes, outcome === 'failed'].slice(-this.#window);
    this.#state = { state: 'closed', outcomes };
    const failures = outcomes.filter(Boolean).length;
    if (outcomes.length >= this.#minimumOutcomes && failures / outcomes.length >= this.#failureShare) this.#open();
  }

  #open(): void {
    this.#become({ state: 'open', untilMs: this.#clock.elapsedMs() + this.#openMs });
  }

  #become(state: CircuitState): void {
    this.#state = state;
    this.#epoch++;
  }
}
