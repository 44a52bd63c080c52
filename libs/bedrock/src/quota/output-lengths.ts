/** Kept per purpose; the oldest goes first. */
const REMEMBERED = 200;
/** Fewer say nothing about a 95th percentile. */
const MINIMUM = 20;
const MOST_PURPOSES = 100;

/** How long the answers of each purpose have been lately, in output tokens. */
export class OutputLengths {
  readonly #byPurpose = new Map<string, number[]>();

  observe(purpose: string, outputTokens: number): void {
    let lengths = this.#byPurpose.get(purpose);
    if (!lengths) {
      if (this.#byPurpose.size >= MOST_PURPOSES) this.#byPurpose.clear();
      this.#byPurpose.set(purpose, (lengths = []));
    }
    lengths.push(outputTokens);
    if (lengths.length > REMEMBERED) lengths.shift();
  }

  /** Undefined until enough answers have been seen. */
  p95(purpose: string): number | undefined {
    const lengths = this.#byPurpose.get(purpose) ?? [];
    if (lengths.length < MINIMUM) return undefined;
    return lengths.toSorted((a, b) => a - b)[Math.ceil(lengths.length * 0.95) - 1];
  }
}
