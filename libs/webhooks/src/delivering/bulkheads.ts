import type { EndpointHealth } from '../records/endpoint-records.ts';

/** Of one endpoint at once, once it has shown that it answers quickly. */
const MOST_PER_ENDPOINT = 5;
/** An answer that takes longer is slow, also one of success: places are taken by time, not by number. */
export const SLOW_MS = 1_000;
/** The same, seen while it is under way: it may have been held for its moment, for a second. */
const OVERDUE_MS = 2 * SLOW_MS;
/** A new endpoint that has not answered by then leaves its place among the new ones to the next. It loses nothing by it. */
const FIRST_ANSWER_MS = 250;
/** Of all places, for endpoints that fail, for slow ones and for new ones each. The rest is for the quick ones alone. */
const SHARE = 1 / 4;
/** Of each share, and of all places, for one owner. */
const SHARE_PER_OWNER = 1 / 4;
const MOST_REMEMBERED = 10_000;

/** What an endpoint has shown in this process; that it takes what it gets, in any. */
type Standing = 'new' | 'quick' | 'slow' | 'failing';

interface Bulkhead {
  standing: Standing;
  inFlight: number;
  width: number;
}

interface Taken {
  bulkhead: Bulkhead;
  standing: Standing;
  owner: string;
  count: number;
  sinceMs: number;
}

/** Places for requests to one endpoint; each must be given back. */
export interface Places {
  readonly count: number;
  giveBack(count: number): void;
}

/**
 * How much may be under way in this process. An endpoint begins with one request, is given one more with
 * each quick success while half of all places are free, and falls back to one when it fails or is slow:
 * whoever hangs holds one place, not five. Endpoints that fail, slow ones and those that this process does
 * not know yet have a share each, so that none of them waits for another kind, and quick ones for none.
 * No owner has more than a quarter of any share.
 */
export class Bulkheads {
  readonly #most: number;
  readonly #nowMs: () => number;
  readonly #endpoints = new Map<string, Bulkhead>();
  /** In the order in which they were taken. */
  readonly #taken = new Set<Taken>();

  constructor(most: number, nowMs: () => number) {
    this.#most = most;
    this.#nowMs = nowMs;
  }

  /** As many of the wanted places as there are, maybe none. Undefined: everything is taken, whoever asks. */
  begin({ owner, endpointId, health }: { owner: string; endpointId: string; health: Pick<EndpointHealth, 'failingSinceMs' | 'hasTaken'> }, wanted: number): Places | undefined {
    this.#moveOverdue();
    const free = this.#most - this.#count(() => true);
    if (free <= 0) return undefined;
    const bulkhead = this.#bulkhead(endpointId);
    if (bulkhead.standing === 'new' && health.hasTaken) bulkhead.standing = 'quick';
    const standing = health.failingSinceMs === undefined ? bulkhead.standing : 'failing';
    const share = this.#shareOf(standing);
    const open = standing === 'quick' ? free : Math.min(free, share - this.#count((taken) => taken.standing === standing));
    const owned = Math.max(1, Math.floor(share * SHARE_PER_OWNER)) - this.#count((taken) => taken.standing === standing && taken.owner === owner);
    const width = standing === 'quick' && free > this.#most / 2 ? bulkhead.width : 1;
    const taken: Taken = { bulkhead, standing, owner, count: Math.max(0, Math.min(wanted, width - bulkhead.inFlight, open, owned)), sinceMs: this.#nowMs() };
    const { count } = taken;
    if (count > 0) this.#taken.add(taken);
    bulkhead.inFlight += count;
    return {
      count,
      giveBack: (places) => {
        bulkhead.inFlight -= places;
        taken.count -= places;
        if (taken.count === 0) this.#taken.delete(taken);
      },
    };
  }

  learn(endpointId: string, hasSucceeded: boolean, durationMs: number): void {
    const bulkhead = this.#bulkhead(endpointId);
    bulkhead.standing = !hasSucceeded ? 'failing' : durationMs > SLOW_MS ? 'slow' : 'quick';
    bulkhead.width = bulkhead.standing === 'quick' ? Math.min(MOST_PER_ENDPOINT, bulkhead.width + 1) : 1;
  }

  #shareOf(standing: Standing): number {
    return standing === 'quick' ? this.#most : Math.max(1, Math.floor(this.#most * SHARE));
  }

  #count(isMeant: (taken: Taken) => boolean): number {
    let count = 0;
    for (const taken of this.#taken) if (isMeant(taken)) count += taken.count;
    return count;
  }

  /** A quick endpoint that is overdue gets no more; a new one must not hold up those that nobody has asked yet. */
  #moveOverdue(): void {
    for (const taken of this.#taken) {
      const waitedMs = this.#nowMs() - taken.sinceMs;
      if (waitedMs <= FIRST_ANSWER_MS) return;
      if (waitedMs > OVERDUE_MS && taken.bulkhead.standing === 'quick') Object.assign(taken.bulkhead, { standing: 'slow', width: 1 });
      if (taken.standing !== 'new') continue;
      const roomy = (['slow', 'failing'] as const).find((standing) => this.#count((one) => one.standing === standing) + taken.count <= this.#shareOf(standing));
      if (roomy !== undefined) taken.standing = roomy;
    }
  }

  #bulkhead(endpointId: string): Bulkhead {
    const bulkhead = this.#endpoints.get(endpointId) ?? { standing: 'new', inFlight: 0, width: 1 };
    // To the end of the map: what is not used any more comes to its beginning.
    this.#endpoints.delete(endpointId);
    this.#endpoints.set(endpointId, bulkhead);
    const [oldest] = this.#endpoints;
    if (this.#endpoints.size > MOST_REMEMBERED && oldest?.[1].inFlight === 0) this.#endpoints.delete(oldest[0]);
    return bulkhead;
  }
}
