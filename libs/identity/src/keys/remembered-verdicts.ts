import type { Clock } from '@manga-assist/foundation';

/** The time within which a revoked key stops working everywhere, in milliseconds. */
const KEPT_MS = 5_000;
const MOST_KEPT = 10_000;

/** What was found out about a credential in the last seconds, and what is being found out just now. */
export class RememberedVerdicts<T> {
  readonly #clock: Clock;
  readonly #known = new Map<string, { verdict: T; untilMs: number }>();
  readonly #underway = new Map<string, Promise<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks `find` once for all who want the same within five seconds. A failure is not remembered. */
  async get(name: string, find: () => Promise<T>): Promise<T> {
    const known = this.#known.get(name);
    if (known !== undefined && known.untilMs > this.#clock.elapsedMs()) return known.verdict;
    let underway = this.#underway.get(name);
    if (underway === undefined) {
      underway = find()
        .then((verdict) => this.#remember(name, verdict))
        .finally(() => this.#underway.delete(name));
      this.#underway.set(name, underway);
    }
    return underway;
  }

  #remember(name: string, verdict: T): T {
    // Deleted first, so that the map stays in order of age and its first entry is the oldest.
    this.#known.delete(name);
    this.#known.set(name, { verdict, untilMs: this.#clock.elapsedMs() + KEPT_MS });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_KEPT) break;
      this.#known.delete(oldest);
    }
    return verdict;
  }
}
