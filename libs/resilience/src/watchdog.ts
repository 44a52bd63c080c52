import type { Timer, Timers } from './timers.ts';

/**
 * Barks when one wait lasts too long. Only the waits count, not the time between them: a reader
 * that is slow to ask for more does not make its source look stalled.
 */
export class Watchdog {
  readonly #timers: Timers;
  readonly #onBark: () => void;
  #limitMs: number;
  #timer: Timer | undefined;
  #isWaiting = false;

  constructor(limitMs: number, timers: Timers, onBark: () => void) {
    this.#limitMs = limitMs;
    this.#timers = timers;
    this.#onBark = onBark;
  }

  /** A wait begins. */
  watch(): void {
    this.#isWaiting = true;
    // Restarting is far cheaper than a new timer, and this happens on every read.
    if (this.#timer) this.#timer.restart();
    else this.#timer = this.#timers.start(this.#limitMs, () => this.#isWaiting && this.#onBark());
  }

  /** The wait has ended. */
  rest(): void {
    this.#isWaiting = false;
  }

  /** From the next wait on, another limit. */
  limitTo(limitMs: number): void {
    if (limitMs === this.#limitMs) return;
    this.stop();
    this.#limitMs = limitMs;
  }

  stop(): void {
    this.#isWaiting = false;
    this.#timer?.stop();
    this.#timer = undefined;
  }
}
