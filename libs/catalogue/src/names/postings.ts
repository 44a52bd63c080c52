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
  #touched = new Uint32Array(1_024);

  /** Calls `visit` with every slot that has at least one of the keys. */
  count(postings: Postings, keys: ReadonlySet<string>, size: number, visit: (slot: number, count: number) => void): void {
    if (this.#counts.length < size) {
      this.#counts = new Uint8Array(size * 2);
      this.#touched = new Uint32Array(size * 2);
    }
    const counts = this.#counts;
    const touched = this.#touched;
    let touchedCount = 0;
    for (const key of keys) {
      const slots = postings.of(key);
      // By number: an iterator over a million slots is felt.
      for (let index = 0; index < slots.length; index++) {
        const slot = slots[index] as number;
        const before = counts[slot] as number;
        if (before === 0) touched[touchedCount++] = slot;
        // Beyond 255 nobody asks how many.
        if (before !== 255) counts[slot] = before + 1;
      }
    }
    for (let index = 0; index < touchedCount; index++) {
      const slot = touched[index] as number;
      visit(slot, counts[slot] as number);
      counts[slot] = 0;
    }
  }
}

/** The runs of `length` letters in a text, each once. */
export function gramsOf(text: string, length: number): Set<string> {
  const grams = new Set<string>();
  for (let index = 0; index + length <= text.length; index++) grams.add(text.slice(index, index + length));
  return grams;
}
