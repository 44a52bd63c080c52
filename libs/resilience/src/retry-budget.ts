/**
 * A bucket that every first call fills a little and every extra call empties by one, so that in an
 * outage a fleet sends one call in ten more than it was asked for, not twice as many.
 */
export class RetryBudget {
  readonly #share: number;
  readonly #capacity: number;
  #tokens: number;

  /** `share`: extra calls per first call. `burst`: extra calls allowed before the first calls have paid for them. */
  constructor({ share = 0.1, burst = 10 }: { share?: number; burst?: number } = {}) {
    if (!(share >= 0 && share <= 1)) throw new RangeError('share is between 0 and 1');
    if (!(burst >= 0)) throw new RangeError('burst is not below 0');
    this.#share = share;
    this.#capacity = burst;
    this.#tokens = burst;
  }

  /** Once for every first call, whatever becomes of it. */
  countCall(): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + this.#share);
  }

  /** True when one extra call may be made; it is then spent. */
  trySpend(): boolean {
    // Ten additions of a tenth give a little less than one.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens -= 1;
    return true;
  }
}
