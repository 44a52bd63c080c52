/** Of one endpoint at once, once it has shown that it answers. */
const MOST_PER_ENDPOINT = 5;
const MOST_REMEMBERED = 10_000;

interface Bulkhead {
  inFlight: number;
  width: number;
}

/** Places for requests to one endpoint; each must be given back. */
export interface Places {
  readonly count: number;
  giveBack(count: number): void;
}

/**
 * How much may be under way in this process. An endpoint begins with one request, is given one more
 * with each success and falls back to one when it fails: whoever hangs holds one place, not five. And
 * those that fail, or have not taken anything yet, share half of all places: the other half is always
 * there for those that answer.
 */
export class Bulkheads {
  readonly #most: number;
  readonly #endpoints = new Map<string, Bulkhead>();
  #inFlight = 0;
  #suspects = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** As many of the wanted places as there are, maybe none. Undefined: everything is taken, whoever asks. */
  begin(endpointId: string, wanted: number, isFailing: boolean): Places | undefined {
    const free = this.#most - this.#inFlight;
    if (free <= 0) return undefined;
    const bulkhead = this.#bulkhead(endpointId);
    const isSuspect = isFailing || bulkhead.width === 1;
    const open = isSuspect ? Math.min(free, Math.floor(this.#most / 2) - this.#suspects) : free;
    const count = Math.max(0, Math.min(wanted, bulkhead.width - bulkhead.inFlight, open));
    const take = (places: number): void => {
      this.#inFlight += places;
      if (isSuspect) this.#suspects += places;
      bulkhead.inFlight += places;
    };
    take(count);
    return { count, giveBack: (places) => take(-places) };
  }

  learn(endpointId: string, hasSucceeded: boolean): void {
    const bulkhead = this.#bulkhead(endpointId);
    bulkhead.width = hasSucceeded ? Math.min(MOST_PER_ENDPOINT, bulkhead.width + 1) : 1;
  }

  #bulkhead(endpointId: string): Bulkhead {
    const bulkhead = this.#endpoints.get(endpointId) ?? { inFlight: 0, width: 1 };
    // To the end of the map: what is not used any more comes to its beginning.
    this.#endpoints.delete(endpointId);
    this.#endpoints.set(endpointId, bulkhead);
    const [oldest] = this.#endpoints;
    if (this.#endpoints.size > MOST_REMEMBERED && oldest?.[1].inFlight === 0) this.#endpoints.delete(oldest[0]);
    return bulkhead;
  }
}
