/** A queue's part of the places in which messages are worked on. */
export interface QueueShare {
  name: string;
  /** Of the common places, in proportion to the other queues. */
  weight: number;
}

/** With fewer places than this a spare one would be too large a part of them. */
const FEW = 4;

/**
 * The places in which messages are worked on at once, each message holding one from the moment it is
 * asked for.
 *
 * Half of what a queue's weight entitles it to is kept for it alone, at least one: an urgent message
 * finds a free place although 20,000 others wait, and a flood of urgent ones does not stop the rest.
 * The other half is anybody's, so that a single busy queue is not held back much by idle ones.
 */
export class Places {
  readonly #kept: ReadonlyMap<string, number>;
  readonly #inUse = new Map<string, number>();
  readonly #common: number;

  constructor(places: number, shares: readonly QueueShare[]) {
    const weights = shares.reduce((sum, { weight }) => sum + weight, 0);
    if (places < shares.length) throw new RangeError(`${places} places are too few for ${shares.length} queues: each needs one`);
    const isAlone = shares.length === 1;
    this.#kept = new Map(shares.map(({ name, weight }) => [name, isAlone ? places : Math.max(1, Math.floor((places * weight) / weights / 2))]));
    this.#common = places - [...this.#kept.values()].reduce((sum, kept) => sum + kept, 0);
  }

  inUse(queue: string): number {
    return this.#inUse.get(queue) ?? 0;
  }

  /** Free places that no other queue can take. */
  ownFree(queue: string): number {
    return Math.max(0, this.#keptFor(queue) - this.inUse(queue));
  }

  commonFree(): number {
    let used = 0;
    for (const [queue, inUse] of this.#inUse) used += Math.max(0, inUse - this.#keptFor(queue));
    return this.#common - used;
  }

  /** What the queue may take now. */
  free(queue: string): number {
    return this.ownFree(queue) + this.commonFree();
  }

  /**
   * The places that a crowding tenant leaves to others: a tenth of what the queue has or could have now,
   * at least one, none where these are few. What other queues have taken does not count, or a backlog of
   * theirs would leave one tenant's urgent messages fewer places than are kept for them.
   */
  spare(queue: string): number {
    const reachable = this.inUse(queue) + this.free(queue);
    return reachable < FEW ? 0 : Math.max(1, Math.floor(reachable / 10));
  }

  take(queue: string, count: number): void {
    this.#inUse.set(queue, this.inUse(queue) + count);
  }

  give(queue: string, count: number): void {
    this.#inUse.set(queue, this.inUse(queue) - count);
  }

  #keptFor(queue: string): number {
    return this.#kept.get(queue) ?? 0;
  }
}
