import type { Clock, Ids } from '@manga-assist/foundation';

/** After that many, or that long, a new stem: what was written in one second stands together. */
const MOST_OF_A_STEM = 1_024;
const STEM_LASTS_MS = 1_000;

/**
 * Ids of ledger rows: an id from `ids`, and a number behind it. Asking the system for random bytes took
 * a twentieth of a model call's CPU.
 */
export class CallIds {
  readonly #ids: Ids;
  readonly #clock: Clock;
  #stem = '';
  #stemUntilMs = -Infinity;
  #count = 0;

  constructor(ids: Ids, clock: Clock) {
    this.#ids = ids;
    this.#clock = clock;
  }

  next(): string {
    const nowMs = this.#clock.elapsedMs();
    if (nowMs >= this.#stemUntilMs || this.#count >= MOST_OF_A_STEM) {
      this.#stem = this.#ids.sortable('call');
      this.#stemUntilMs = nowMs + STEM_LASTS_MS;
      this.#count = 0;
    }
    return `${this.#stem}-${String(this.#count++).padStart(4, '0')}`;
  }
}
