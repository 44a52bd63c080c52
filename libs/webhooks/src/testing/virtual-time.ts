import { StoppedClock } from '@manga-assist/foundation/testing';
import { Timers, type Timer } from '@manga-assist/resilience';

interface Pending {
  atMs: number;
  run: () => void;
}

/** A clock and its timers that jump from one event to the next: days pass in milliseconds, in the right order. */
export class VirtualTime extends Timers {
  readonly clock = new StoppedClock();
  readonly #pending = new Set<Pending>();

  start(delayMs: number, run: () => void): Timer {
    const pending: Pending = { atMs: 0, run };
    const restart = (): void => {
      pending.atMs = this.clock.nowMs() + Math.max(0, delayMs);
      this.#pending.add(pending);
    };
    restart();
    return { restart, stop: () => void this.#pending.delete(pending) };
  }

  /** Lets so much time pass: each timer runs at its moment, after all that the one before has set off. */
  async pass(byMs: number): Promise<void> {
    const endsAtMs = this.clock.nowMs() + byMs;
    for (;;) {
      // Everything in memory settles in microtasks: they are all done when a macrotask runs.
      await new Promise((resolve) => setImmediate(resolve));
      let next: Pending | undefined;
      for (const pending of this.#pending) if (pending.atMs <= endsAtMs && (next === undefined || pending.atMs < next.atMs)) next = pending;
      if (next === undefined) break;
      this.#pending.delete(next);
      this.clock.advance(next.atMs - this.clock.nowMs());
      next.run();
    }
    this.clock.advance(endsAtMs - this.clock.nowMs());
  }
}
