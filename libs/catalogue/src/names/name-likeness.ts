import { boundedText } from '../bounds.ts';
import { distanceWithin, editDistance } from '../text/edit-distance.ts';
import { letterMask, missingLetters } from '../text/letter-mask.ts';
import { titleKeys, type TitleKeys } from '../text/title-keys.ts';
import { abbreviationScore } from './abbreviation.ts';
import { hasKanji, heardOf, isJapanese, spacedWords, type Name } from './name.ts';

/** Of a short name every fourth letter may be wrong; in a longer one people do not make as many mistakes as it has letters for. */
const MISTAKEN_SHARE = 0.26;
const SHORT = 12;
const MISTAKEN_BEYOND = 0.1;

/** How many letters of a name so long may be wrong. */
export function mostMistakes(letters: number): number {
  return Math.floor(Math.min(letters, SHORT) * MISTAKEN_SHARE + Math.max(0, letters - SHORT) * MISTAKEN_BEYOND);
}

/** A shopper's words, prepared for comparison with every name in the shop. Scores are 0 to 1. */
export class AskedName {
  readonly #keys: TitleKeys;
  readonly #spaced: string;
  readonly words: readonly string[];
  readonly isJapanese: boolean;
  readonly #hasKanji: boolean;
  /** Two initials are common as words; in capitals they are meant (DB). */
  readonly #leastInitials: number;
  readonly #foldedMask: number;
  readonly #romajiMask: number;
  /** Of a text in katakana. */
  readonly consonants: string;
  readonly #firstVowel: string;

  constructor(asked: string) {
    const text = boundedText(asked);
    this.#keys = titleKeys(text);
    this.#spaced = spacedWords(text);
    this.words = this.#spaced.trim().split(' ');
    this.isJapanese = isJapanese(text);
    this.#hasKanji = hasKanji(this.#keys.folded);
    this.#leastInitials = /^[A-Z]{2}$/.test(text.trim()) ? 2 : 3;
    this.#foldedMask = letterMask(this.#keys.folded);
    this.#romajiMask = letterMask(this.#keys.romaji);
    const { consonants, firstVowel } = heardOf(text, 'katakana');
    this.consonants = consonants;
    this.#firstVowel = firstVowel;
  }

  get folded(): string {
    return this.#keys.folded;
  }

  get romaji(): string {
    return this.#keys.romaji;
  }

  get isEmpty(): boolean {
    return this.#keys.folded === '';
  }

  /** The very name, in writing or in sound. */
  isSameAs(name: Name): boolean {
    const { folded, romaji } = this.#keys;
    return folded === name.folded || (romaji !== '' && romaji === name.romaji);
  }

  /** Whether the name stands somewhere in the text, and how many of its letters it takes. */
  lettersTakenBy(name: Name): number {
    if (!name.isJapanese) return name.folded.length >= 3 && this.#spaced.includes(name.spaced) ? name.folded.length : 0;
    const least = name.hasKanji ? 2 : 3;
    return name.folded.length >= least && this.#keys.folded.includes(name.folded) ? name.folded.length : 0;
  }

  /** The share of the text that so many letters are. */
  shareOf(letters: number): number {
    return letters / Math.max(1, this.#keys.folded.length);
  }

  /** 鬼滅 begins 鬼滅の刃; スラダン is short for スラムダンク; "jujitsu kaisen" is misspelled. */
  likenessTo(name: Name): number {
    return Math.max(this.#asBeginning(name), this.#asShortForm(name), this.closenessTo(name), this.#asMisspellingInside(name), this.#asHeard(name));
  }

  #asBeginning(name: Name): number {
    const { folded, romaji } = this.#keys;
    const least = this.#hasKanji ? 2 : name.isJapanese ? 3 : 4;
    if (folded.length >= least && name.folded.startsWith(folded)) return 0.74 + (0.2 * folded.length) / name.folded.length;
    if (romaji.length >= 5 && name.romaji.startsWith(romaji)) return 0.74 + (0.2 * romaji.length) / name.romaji.length;
    // Whole words from the middle: "no Yaiba" of "Kimetsu no Yaiba", ライオン of 3月のライオン.
    if (!name.isJapanese && folded.length >= 5 && name.spaced.includes(this.#spaced)) return 0.62 + (0.25 * folded.length) / name.folded.length;
    if (name.isJapanese && folded.length >= (this.#hasKanji ? 3 : 4) && name.folded.includes(folded)) return 0.6 + (0.25 * folded.length) / name.folded.length;
    return 0;
  }

  #asShortForm(name: Name): number {
    const { folded } = this.#keys;
    if (this.isJapanese) return name.isJapanese ? abbreviationScore(folded, name.scriptRuns) : 0;
    if (folded.length < this.#leastInitials || !name.initialisms.includes(folded)) return 0;
    return folded.length > 2 ? 0.88 : 0.72;
  }

  /** The whole name, misspelled: 0.97 less what is wrong. */
  closenessTo(name: Name): number {
    const { folded, romaji } = this.#keys;
    const inWriting = closeness(folded, name.folded, missingLetters(name.foldedMask, this.#foldedMask), name.hasKanji ? 4 : 5);
    return Math.max(inWriting, romaji === '' ? 0 : closeness(romaji, name.romaji, missingLetters(name.romajiMask, this.#romajiMask), 5));
  }

  /** A longer name with a mistake, among other words. */
  #asMisspellingInside(name: Name): number {
    if (!name.isJapanese) return this.isJapanese ? 0 : this.#asMisspelledWords(name);
    const { folded } = this.#keys;
    if (name.folded.length < 5 || folded.length <= name.folded.length) return 0;
    const most = Math.floor(name.folded.length / 5);
    if (missingLetters(name.foldedMask, this.#foldedMask) > most) return 0;
    const distance = distanceWithin(name.folded, folded, most);
    return distance > most ? 0 : 0.66 + 0.2 * this.shareOf(name.folded.length) - (0.5 * distance) / name.folded.length;
  }

  /** クレイモア is how "Claymore" is said; the fewer consonants, the more words have them. */
  #asHeard(name: Name): number {
    if (this.consonants === '' || this.consonants !== name.consonants) return 0;
    if (this.consonants.length === 2) return this.#firstVowel === name.firstVowel ? 0.76 : 0;
    return this.consonants.length === 3 ? 0.82 : 0.88;
  }

  #asMisspelledWords(name: Name): number {
    const count = name.wordCount;
    const most = Math.max(1, Math.floor(name.folded.length / 7));
    if (name.folded.length < 7 || this.words.length <= count || missingLetters(name.foldedMask, this.#foldedMask) > most) return 0;
    let best = 0;
    for (let start = 0; start + count <= this.words.length; start++) {
      const run = this.words.slice(start, start + count).join('');
      if (Math.abs(run.length - name.folded.length) > most || missingLetters(name.foldedMask, letterMask(run)) > most) continue;
      const distance = editDistance(run, name.folded, most);
      if (distance <= most) best = Math.max(best, 0.66 + 0.2 * this.shareOf(run.length) - (0.5 * distance) / name.folded.length);
    }
    return best;
  }
}

/** 0.97 less what is wrong; 0 for short names, which resemble too much, and for too many mistakes. */
function closeness(asked: string, name: string, missing: number, least: number): number {
  const length = Math.max(asked.length, name.length);
  if (Math.min(asked.length, name.length) < least) return 0;
  const most = mostMistakes(length);
  if (missing > most) return 0;
  const distance = editDistance(asked, name, most);
  return distance > most ? 0 : 0.97 - (0.9 * distance) / length;
}
