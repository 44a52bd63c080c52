/** A list of slots that only grows; a few bytes each, because a large shop's names have millions of them. */
class Slots {
  #items = new Uint32Array(4);
  #length = 0;

  add(slot: number): void {
    if (this.#length === this.#items.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.#length++] = slot;
  }

  view(): Uint32Array {
    return this.#items.subarray(0, this.#length);
  }
}

const NONE = new Uint32Array(0);

/** Which slots have a key. */
export class Postings {
  readonly #byKey = new Map<string, Slots>();

  add(key: string, slot: number): void {
    let slots = this.#byKey.get(key);
    if (slots === undefined) this.#byKey.set(key, (slots = new Slots()));
    slots.add(slot);
  }

  of(key: string): Uint32Array {
    return this.#byKey.get(key)?.view() ?? NONE;
  }
}

/** Counts how many of some keys each slot has. Kept between questions, so that each costs only what it touches. */
export class SlotCounts {
  #counts = new Uint8Array(1_024);
  readonly #touched: number[] = [];

  /** Calls `visit` with every slot that has at least one of the keys. */
  count(postings: Postings, keys: ReadonlySet<string>, size: number, visit: (slot: number, count: number) => void): void {
    if (this.#counts.length < size) this.#counts = new Uint8Array(size * 2);
    const counts = this.#counts;
    const touched = this.#touched;
    for (const key of keys) {
      for (const slot of postings.of(key)) {
        if (counts[slot] === 0) touched.push(slot);
        // Beyond 255 nobody asks how many.
        if (counts[slot] !== 255) counts[slot]!++;
      }
    }
    for (const slot of touched) {
      visit(slot, counts[slot] ?? 0);
      counts[slot] = 0;
    }
    touched.length = 0;
  }
}

/** The runs of `length` letters in a text, each once. */
export function gramsOf(text: string, length: number): Set<string> {
  const grams = new Set<string>();
  for (let index = 0; index + length <= text.length; index++) grams.add(text.slice(index, index + length));
  return grams;
}
