import type { Product } from '../product.ts';
import { plainText, wordsIn } from '../text/fold-text.ts';
import { consonantsOf } from '../text/consonants.ts';
import { letterMask } from '../text/letter-mask.ts';
import { initialismsOf, partsOf, titleKeys, type TitleKeys } from '../text/title-keys.ts';
import { scriptRuns } from './abbreviation.ts';
import { loanReading } from './loan-reading.ts';
import { readingWords } from './reading-words.ts';

/** One way to call a series, prepared for comparison. */
export interface Name extends TitleKeys {
  by: 'title' | 'alias';
  /** What a score is multiplied by: a part of a title says less than the whole. */
  weight: number;
  /** Of a Japanese name, for abbreviations. */
  scriptRuns: readonly string[];
  isJapanese: boolean;
  /** Two kanji say as much as three kana. */
  hasKanji: boolean;
  /** Of `folded` and `romaji`. */
  foldedMask: number;
  romajiMask: number;
  /** Words between single spaces, so that "ring" is not found in "during": ` one punch man `. */
  spaced: string;
  wordCount: number;
  initialisms: readonly string[];
  /** Of a Latin name, by which it is found in katakana; empty where they are too few to mean it. */
  consonants: string;
  firstVowel: string;
}

const HAN = /\p{Script=Han}/u;
const JAPANESE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const PART_WEIGHT = 0.96;
/** Worked out, not known. */
const READING_WEIGHT = 0.98;
const ALIAS_WEIGHT = 0.99;
const FEWEST_CONSONANTS = 2;

/** The titles in every script, the parts of them that stand alone, and the nicknames. */
export function namesOf(product: Product): Name[] {
  const titles = [product.titleJa, product.titleKana, product.titleRomaji, product.titleEn];
  const reading = isJapanese(product.titleJa) ? readingWords(product.titleRomaji) : [];
  const names = [
    ...titles.map((title) => nameOf(title, 'title', 1)),
    ...(reading.length < 2 ? [] : [{ ...nameOf(product.titleKana || reading.join(''), 'title', READING_WEIGHT), scriptRuns: reading }]),
    ...titles.flatMap((title) => [...partsOf(title), ...withoutArticle(title)]).map((part) => nameOf(part, 'title', PART_WEIGHT)),
    ...[...new Set([loanReading(product.titleJa), loanReading(product.titleEn)])].flatMap((reading) => (reading === undefined ? [] : [nameOf(reading, 'title', READING_WEIGHT)])),
    ...product.aliases.map((alias) => nameOf(alias, 'alias', ALIAS_WEIGHT)),
  ];
  // Often two of the titles are one, and a reading is a title.
  const seen = new Set<string>();
  return names.toSorted((a, b) => b.weight - a.weight).filter(({ folded, scriptRuns }) => {
    const key = `${folded} ${scriptRuns.join(' ')}`;
    return folded !== '' && !seen.has(key) && seen.add(key) !== undefined;
  });
}

export function hasKanji(text: string): boolean {
  return HAN.test(text);
}

export function isJapanese(text: string): boolean {
  return JAPANESE.test(text);
}

export function spacedWords(text: string): string {
  return ` ${wordsIn(plainText(text).replaceAll('&', ' and ').replace(/['’]/g, '')).join(' ')} `;
}

/** How a Latin text, or one in katakana, is heard in the other's letters; nothing of a text that is neither, or too short. */
export function heardOf(text: string, script: 'latin' | 'katakana'): { consonants: string; firstVowel: string } {
  const heard = consonantsOf(text);
  if (heard?.from !== script || heard.consonants.length < FEWEST_CONSONANTS) return { consonants: '', firstVowel: '' };
  return { consonants: heard.consonants, firstVowel: heard.vowel };
}

function nameOf(text: string, by: Name['by'], weight: number): Name {
  const keys = titleKeys(text);
  return {
    by,
    weight,
    ...keys,
    isJapanese: isJapanese(text),
    hasKanji: hasKanji(keys.folded),
    scriptRuns: isJapanese(text) ? scriptRuns(text) : [],
    foldedMask: letterMask(keys.folded),
    romajiMask: letterMask(keys.romaji),
    spaced: spacedWords(text),
    wordCount: spacedWords(text).trim().split(' ').length,
    initialisms: initialismsOf(text),
    ...heardOf(text, 'latin'),
  };
}

function withoutArticle(title: string): string[] {
  const rest = title.replace(/^(?:the|a|an)\s+/i, '');
  return rest === title || rest.length < 4 ? [] : [rest];
}
