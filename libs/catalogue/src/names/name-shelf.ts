import { LONGEST_SHORT_FORM } from './abbreviation.ts';
import { mostMistakes, type AskedName } from './name-likeness.ts';
import type { Name } from './name.ts';
import { gramsOf, Postings, SlotCounts } from './postings.ts';

export interface ShelvedName {
  mangaId: string;
  name: Name;
}

/** What a look at a name must know, of all names one after the other: a question looks at tens of thousands. */
class Measures {
  letters = new Uint8Array(1_024);
  sounds = new Uint8Array(1_024);
  /** Pairs that stand in a name more than once, in writing and in sound: sets count them once. */
  repeatedPairs = new Uint8Array(1_024);
  repeatedSounds = new Uint8Array(1_024);
  /** How much of a name a text must have in which it stands with mistakes. */
  pairsInside = new Uint8Array(1_024);
  triplesInside = new Uint8Array(1_024);

  set(slot: number, { folded, romaji, isJapanese }: Name, pairs: number, sounds: number): void {
    if (slot >= this.letters.length) this.#grow();
    this.letters[slot] = Math.min(NEVER - 1, folded.length);
    this.sounds[slot] = Math.min(NEVER - 1, romaji.length);
    this.repeatedPairs[slot] = Math.max(0, folded.length - 1 - pairs);
    this.repeatedSounds[slot] = Math.max(0, romaji.length - 1 - sounds);
    this.pairsInside[slot] = isJapanese ? pairsInside(folded, folded.length - 1 - pairs) : NEVER;
    this.triplesInside[slot] = isJapanese ? NEVER : triplesInside(folded);
  }

  #grow(): void {
    for (const measure of ['letters', 'sounds', 'repeatedPairs', 'repeatedSounds', 'pairsInside', 'triplesInside'] as const) {
      const larger = new Uint8Array(this[measure].length * 2);
      larger.set(this[measure]);
      this[measure] = larger;
    }
  }
}

/** More than any text has. */
const NEVER = 255;

/** No title is longer; looking for longer ones in a text costs time. */
const MOST_LETTERS = 60;
const MOST_WORDS = 16;
/** Places of names that are gone are given up when they are this share of all. */
const MOST_GONE = 0.3;
const FEWEST_GONE = 1_000;
/** A score of 0.86 allows no more. */
const HARDLY_MISTAKEN = 0.125;

/**
 * All names, found by what they have in common with a text, so that only those are compared letter by
 * letter which can resemble it at all. Never leaves out a name that `AskedName` would give a score:
 * two texts with k mistakes between them share all but 2k of their pairs of letters, and all but 3k of
 * their runs of three (the q-gram lemma).
 */
export class NameShelf {
  #names: (ShelvedName | undefined)[] = [];
  #measures = new Measures();
  #gone = 0;
  #slotsOf = new Map<string, number[]>();
  #folded = new Postings();
  #romaji = new Postings();
  #spaced = new Postings();
  #initialisms = new Postings();
  #firstLetters = new Postings();
  #consonants = new Postings();
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

  /** Names that begin like the text, in writing or in sound. */
  beginningWith({ folded, romaji }: AskedName): ShelvedName[] {
    if (folded === '' && romaji === '') return [];
    return this.#names.filter((shelved): shelved is ShelvedName => {
      if (shelved === undefined) return false;
      return (folded !== '' && shelved.name.folded.startsWith(folded)) || (romaji !== '' && shelved.name.romaji.startsWith(romaji));
    });
  }

  /** Names that the text may begin, shorten or misspell, and some that it does not. */
  resembling({ folded, romaji, isJapanese, consonants }: AskedName): ShelvedName[] {
    const slots = new Set<number>([...this.#initialisms.of(folded), ...(consonants === '' ? [] : this.#consonants.of(consonants))]);
    const size = this.#names.length;
    const { letters, sounds, repeatedPairs, repeatedSounds, pairsInside, triplesInside } = this.#measures;
    const askedPairs = gramsOf(folded, 2);
    const leastPairs = leastSharedPairs(folded.length, mostMistakes);
    this.#counts.count(this.#pairs, askedPairs, size, (slot, shared) => {
      const least = (leastPairs[letters[slot] as number] ?? 2 * NEVER) - (repeatedPairs[slot] as number);
      if (shared === askedPairs.size || shared >= (pairsInside[slot] as number) || shared >= Math.max(1, least)) slots.add(slot);
    });
    if (!isJapanese) this.#counts.count(this.#triples, gramsOf(folded, 3), size, (slot, shared) => void (shared >= (triplesInside[slot] as number) && slots.add(slot)));
    const askedSounds = gramsOf(romaji, 2);
    const leastSounds = leastSharedPairs(romaji.length, mostMistakes);
    this.#counts.count(this.#romajiPairs, askedSounds, size, (slot, shared) => {
      const least = (leastSounds[sounds[slot] as number] ?? 2 * NEVER) - (repeatedSounds[slot] as number);
      if (shared === askedSounds.size || shared >= Math.max(1, least)) slots.add(slot);
    });
    if (isJapanese && folded.length <= LONGEST_SHORT_FORM) for (const slot of this.#firstLetters.of(folded.charAt(0))) slots.add(slot);
    return this.#at(slots);
  }

  /** Names that the whole text is with hardly a letter wrong, and some that it is not. */
  nearly({ folded, romaji }: AskedName): ShelvedName[] {
    const slots = new Set<number>();
    const { letters, sounds, repeatedPairs, repeatedSounds } = this.#measures;
    const look = (postings: Postings, text: string, lengths: Uint8Array, repeated: Uint8Array): void => {
      const leastPairs = leastSharedPairs(text.length, (length) => Math.floor(length * HARDLY_MISTAKEN));
      this.#counts.count(postings, gramsOf(text, 2), this.#names.length, (slot, shared) => {
        if (shared >= Math.max(1, (leastPairs[lengths[slot] as number] ?? 2 * NEVER) - (repeated[slot] as number))) slots.add(slot);
      });
    };
    look(this.#pairs, folded, letters, repeatedPairs);
    look(this.#romajiPairs, romaji, sounds, repeatedSounds);
    return this.#at(slots);
  }

  #shelve(shelved: ShelvedName): number {
    const { name } = shelved;
    const pairs = gramsOf(name.folded, 2);
    const sounds = gramsOf(name.romaji, 2);
    const slot = this.#names.push(shelved) - 1;
    this.#measures.set(slot, name, pairs.size, sounds.size);
    this.#folded.add(name.folded, slot);
    if (name.romaji !== '') this.#romaji.add(name.romaji, slot);
    if (!name.isJapanese) this.#spaced.add(name.spaced, slot);
    for (const initials of name.initialisms) this.#initialisms.add(initials, slot);
    for (const letter of new Set(name.scriptRuns.map((run) => run.charAt(0)))) this.#firstLetters.add(letter, slot);
    if (name.consonants !== '') this.#consonants.add(name.consonants, slot);
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
    this.#measures = new Measures();
    this.#gone = 0;
    this.#slotsOf = new Map();
    this.#folded = new Postings();
    this.#romaji = new Postings();
    this.#spaced = new Postings();
    this.#initialisms = new Postings();
    this.#firstLetters = new Postings();
    this.#consonants = new Postings();
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

/**
 * Pairs that a text of so many letters must share at least with a name of each length, when so many
 * letters of the longer one may be wrong; lengths too far apart share never enough.
 */
function leastSharedPairs(asked: number, mostOf: (letters: number) => number): readonly number[] {
  const least: number[] = [];
  for (let name = 0; name < 2 * asked + 2 && name < NEVER; name++) {
    const length = Math.max(asked, name);
    const mistakes = mostOf(length);
    least.push(Math.abs(asked - name) > mistakes ? NEVER * 2 : Math.max(1, length - 1 - 3 * mistakes));
  }
  return least;
}

/** Pairs of a Japanese name that a text must have in which it stands with a mistake in every five letters. */
function pairsInside(folded: string, repeated: number): number {
  return folded.length < 5 ? NEVER : Math.max(1, Math.min(NEVER - 1, folded.length - 1 - 2 * Math.floor(folded.length / 5) - repeated));
}

/** Runs of three of another name that a text must have in which it stands with a mistake in every seven letters. */
function triplesInside(folded: string): number {
  if (folded.length < 7) return NEVER;
  const repeated = folded.length - 2 - gramsOf(folded, 3).size;
  return Math.max(1, Math.min(NEVER - 1, folded.length - 2 - 4 * Math.max(1, Math.floor(folded.length / 7)) - repeated));
}
