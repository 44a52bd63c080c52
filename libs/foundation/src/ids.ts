import { randomFillSync, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Where new ids come from, as a port, so that tests can name them. */
export abstract class Ids {
  /** A random UUID (version 4), for ids that callers see. */
  abstract uuid(): string;
  /** `<prefix>_<ULID>`: sorts by time of creation, such as `trn_01J…` for a turn. */
  abstract sortable(prefix: string): string;
}

export class SystemIds extends Ids {
  readonly #clock: Clock;
  // One call for the randomness of many ids: asked for each alone it costs more than all the rest of an id.
  readonly #random = Buffer.alloc(4_096);
  #used = this.#random.length;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  uuid(): string {
    return randomUUID();
  }

  sortable(prefix: string): string {
    if (this.#used === this.#random.length) {
      randomFillSync(this.#random);
      this.#used = 0;
    }
    const own = this.#random.subarray(this.#used, (this.#used += RANDOM_BYTES));
    return `${prefix}_${ulid(this.#clock.nowMs(), own)}`;
  }
}

/** One for each of a ULID's random characters; divides the buffer. */
const RANDOM_BYTES = 16;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID: 48 bits of time in ten characters, then sixteen characters of five random bits each. */
export function ulid(timeMs: number, random: Uint8Array): string {
  let time = '';
  for (let rest = timeMs, position = 0; position < 10; position++, rest = Math.floor(rest / 32)) {
    time = CROCKFORD.charAt(rest % 32) + time;
  }
  let tail = '';
  for (let position = 0; position < 16; position++) tail += CROCKFORD.charAt((random[position] ?? 0) % 32);
  return time + tail;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A real UUID (versions 1 to 8), lower case; 36 dashes are not one. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
