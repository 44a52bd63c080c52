import { Timers, type Timer } from '../timers.ts';

interface Pending {
  atMs: number;
  run: () => void;
}

/** Timers that run only when told to. */
export class StoppedTimers extends Timers {
  readonly #pending = new Set<Pending>();
  #nowMs = 0;
  /** Every delay asked for, in order. */
  readonly startedMs: number[] = [];

  start(delayMs: number, run: () => void): Timer {
    this.startedMs.push(delayMs);
    const pending: Pending = { atMs: this.#nowMs + delayMs, run };
    this.#pending.add(pending);
    return {
      restart: () => {
        pending.atMs = this.#nowMs + delayMs;
        this.#pending.add(pending);
      },
      stop: () => void this.#pending.delete(pending),
    };
  }

  /** How many have yet to run. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Lets the time pass and runs what is due, earliest first. */
  advance(byMs: number): void {
    this.#nowMs += byMs;
    for (;;) {
      const [next] = [...this.#pending].filter(({ atMs }) => atMs <= this.#nowMs).sort((a, b) => a.atMs - b.atMs);
      if (!next) return;
      this.#pending.delete(next);
      next.run();
    }
  }
}
