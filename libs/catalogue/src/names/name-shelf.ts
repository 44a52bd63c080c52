import { MOST_MISTAKES, type AskedName } from './name-likeness.ts';
import type { Name } from './name.ts';
import { gramsOf, Postings, SlotCounts } from './postings.ts';

export interface ShelvedName {
  mangaId: string;
  name: Name;
}

/** A name in its place, with how much of it a text must have. */
interface Shelved extends ShelvedName {
  /** Pairs that stand in it more than once, in writing and in sound: sets count them once. */
  repeatedPairs: number;
  repeatedSounds: number;
  pairsInside: number;
  triplesInside: number;
}

/** No title is longer; looking for longer ones in a text costs time. */
const MOST_LETTERS = 60;
const MOST_WORDS = 16;
/** Places of names that are gone are given up when they are this share of all. */
const MOST_GONE = 0.3;
const FEWEST_GONE = 1_000;

/**
 * All names, found by what they have in common with a text, so that only those are compared letter by
 * letter which can resemble it at all. Never leaves out a name that `AskedName` would give a score:
 * two texts with k mistakes between them share all but 2k of their pairs of letters, and all but 3k of
 * their runs of three (the q-gram lemma).
 */
export class NameShelf {
  #names: (Shelved | undefined)[] = [];
  #gone = 0;
  #slotsOf = new Map<string, number[]>();
  #folded = new Postings();
  #romaji = new Postings();
  #spaced = new Postings();
  #initialisms = new Postings();
  #firstLetters = new Postings();
  #pairs = new Postings();
  #triples = new Postings();
  #romajiPairs = new Postings();
  readonly #counts = new SlotCounts();

  /** In place of the names the series had. */
  put(mangaId: string, names: readonly Name[]): void {
    for (const slot of this.#slotsOf.get(mangaId) ?? []) this.#names[slot] = undefined;
    this.#gone += this.#slotsOf.get(mangaId)?.length ?? 0;
    this.#slotsOf.set(
      mangaId,
      names.map((name) => this.#shelve({ mangaId, name })),
    );
    if (this.#gone > Math.max(FEWEST_GONE, this.#names.length * MOST_GONE)) this.#tidy();
  }

  remove(mangaId: string): void {
    this.put(mangaId, []);
    this.#slotsOf.delete(mangaId);
  }

  /** Names that are written or sound the same. */
  same({ folded, romaji }: AskedName): ShelvedName[] {
    return this.#at([...this.#folded.of(folded), ...(romaji === '' ? [] : this.#romaji.of(romaji))]);
  }

  /** Names that stand whole in the text. */
  standingIn({ folded, words }: AskedName): ShelvedName[] {
    const slots = new Set<number>();
    for (let start = 0; start < folded.length; start++) {
      const last = Math.min(folded.length, start + MOST_LETTERS);
      for (let end = start + 2; end <= last; end++) for (const slot of this.#folded.of(folded.slice(start, end))) slots.add(slot);
    }
    for (let start = 0; start < words.length; start++) {
      const last = Math.min(words.length, start + MOST_WORDS);
      for (let end = start + 1; end <= last; end++) for (const slot of this.#spaced.of(` ${words.slice(start, end).join(' ')} `)) slots.add(slot);
    }
    return this.#at(slots);
  }

  /** Names that the text may begin, shorten or misspell, and some that it does not. */
  resembling({ folded, romaji, isJapanese }: AskedName): ShelvedName[] {
    const slots = new Set<number>(this.#initialisms.of(folded));
    const size = this.#names.length;
    const pairs = gramsOf(folded, 2);
    this.#counts.count(this.#pairs, pairs, size, (slot, shared) => {
      const shelved = this.#names[slot];
      if (shelved === undefined) return;
      const isAlike = shared === pairs.size || shared >= shelved.pairsInside || shared >= pairsOfMisspelled(folded, shelved.name.folded, shelved.repeatedPairs);
      if (isAlike) slots.add(slot);
    });
    if (!isJapanese) this.#counts.count(this.#triples, gramsOf(folded, 3), size, (slot, shared) => void (shared >= (this.#names[slot]?.triplesInside ?? Infinity) && slots.add(slot)));
    const sounds = gramsOf(romaji, 2);
    this.#counts.count(this.#romajiPairs, sounds, size, (slot, shared) => {
      const shelved = this.#names[slot];
      if (shelved !== undefined && (shared === sounds.size || shared >= pairsOfMisspelled(romaji, shelved.name.romaji, shelved.repeatedSounds))) slots.add(slot);
    });
    if (isJapanese) for (const slot of this.#firstLetters.of(folded.charAt(0))) slots.add(slot);
    return this.#at(slots);
  }

  #shelve({ mangaId, name }: ShelvedName): number {
    const pairs = gramsOf(name.folded, 2);
    const sounds = gramsOf(name.romaji, 2);
    const repeatedPairs = Math.max(0, name.folded.length - 1 - pairs.size);
    const repeatedSounds = Math.max(0, name.romaji.length - 1 - sounds.size);
    const slot = this.#names.push({ mangaId, name, repeatedPairs, repeatedSounds, pairsInside: pairsInside(name, repeatedPairs), triplesInside: triplesInside(name) }) - 1;
    this.#folded.add(name.folded, slot);
    if (name.romaji !== '') this.#romaji.add(name.romaji, slot);
    if (!name.isJapanese) this.#spaced.add(name.spaced, slot);
    for (const initials of name.initialisms) this.#initialisms.add(initials, slot);
    if (name.isJapanese) this.#firstLetters.add(name.scriptRuns[0]?.charAt(0) ?? '', slot);
    for (const pair of pairs) this.#pairs.add(pair, slot);
    if (!name.isJapanese) for (const triple of gramsOf(name.folded, 3)) this.#triples.add(triple, slot);
    for (const pair of sounds) this.#romajiPairs.add(pair, slot);
    return slot;
  }

  #at(slots: Iterable<number>): ShelvedName[] {
    const found: ShelvedName[] = [];
    for (const slot of slots) {
      const shelved = this.#names[slot];
      if (shelved !== undefined) found.push(shelved);
    }
    return found;
  }

  #tidy(): void {
    const kept = this.#names.filter((shelved) => shelved !== undefined);
    this.#names = [];
    this.#gone = 0;
    this.#slotsOf = new Map();
    this.#folded = new Postings();
    this.#romaji = new Postings();
    this.#spaced = new Postings();
    this.#initialisms = new Postings();
    this.#firstLetters = new Postings();
    this.#pairs = new Postings();
    this.#triples = new Postings();
    this.#romajiPairs = new Postings();
    for (const [mangaId, shelved] of Map.groupBy(kept, (one) => one.mangaId)) {
      this.#slotsOf.set(
        mangaId,
        shelved.map((one) => this.#shelve(one)),
      );
    }
  }
}

/** Pairs that a text must share with a name at least when so many letters of the longer one may be wrong; their lengths rule out most. */
function pairsOfMisspelled(asked: string, name: string, repeated: number): number {
  const length = Math.max(asked.length, name.length);
  const mistakes = Math.floor(length * MOST_MISTAKES);
  if (Math.abs(asked.length - name.length) > mistakes) return Infinity;
  return Math.max(1, length - 1 - 3 * mistakes - repeated);
}

/** Pairs of a Japanese name that a text must have in which it stands with a mistake in every five letters. */
function pairsInside({ folded, isJapanese }: Name, repeated: number): number {
  return !isJapanese || folded.length < 5 ? Infinity : Math.max(1, folded.length - 1 - 2 * Math.floor(folded.length / 5) - repeated);
}

/** Runs of three of another name that a text must have in which it stands with a mistake in every seven letters. */
function triplesInside({ folded, isJapanese }: Name): number {
  if (isJapanese || folded.length < 7) return Infinity;
  const repeated = folded.length - 2 - gramsOf(folded, 3).size;
  return Math.max(1, folded.length - 2 - 4 * Math.max(1, Math.floor(folded.length / 7)) - repeated);
}
