/** Keeps the best of many, so that thousands need not be sorted for the sake of sixty. */
export class TopRanked<T> {
  readonly #most: number;
  /** Best first. Of equals the first one stays in front. */
  readonly #items: T[] = [];
  readonly #scores: number[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether something of this score would be kept. */
  wants(score: number): boolean {
    const scores = this.#scores;
    return scores.length < this.#most || score > (scores[scores.length - 1] ?? 0);
  }

  add(item: T, score: number): void {
    const scores = this.#scores;
    if (!this.wants(score)) return;
    let low = 0;
    for (let high = scores.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((scores[middle] ?? 0) >= score) low = middle + 1;
      else high = middle;
    }
    scores.splice(low, 0, score);
    this.#items.splice(low, 0, item);
    if (scores.length > this.#most) {
      scores.pop();
      this.#items.pop();
    }
  }

  get items(): readonly T[] {
    return this.#items;
  }
}
