const REMEMBERED = 200;
/** Fewer say nothing about a tail. */
const MINIMUM = 50;

/** How long first tokens have taken lately. */
export class FirstTokenTimes {
  readonly #timesMs: number[] = [];

  observe(timeMs: number): void {
    this.#timesMs.push(timeMs);
    if (this.#timesMs.length > REMEMBERED) this.#timesMs.shift();
  }

  /** `percentile` from 0 to 1. Undefined until enough have been seen. */
  at(percentile: number): number | undefined {
    if (this.#timesMs.length < MINIMUM) return undefined;
    return this.#timesMs.toSorted((a, b) => a - b)[Math.ceil(this.#timesMs.length * percentile) - 1];
  }
}
