import { toRomaji } from 'wanakana';
import { plainText, withoutVu, wordsIn } from './fold-text.ts';

const ONLY_KATAKANA = /^[\p{Script=Katakana}ー・=\s\d!?]+$/u;

type Rule = readonly [RegExp, string];

/** From a reading in katakana: what Japanese adds to a foreign word are vowels, what it cannot tell apart is one letter. */
const OF_KATAKANA: readonly Rule[] = [
  [/dh/g, 'd'],
  [/th|tch|ch|ts/g, 't'],
  [/sh|z/g, 's'],
  [/v/g, 'b'],
  [/m(?=[bp])/g, 'n'],
];
/** From English spelling, in this order. */
const OF_LATIN: readonly Rule[] = [
  [/(?<=[aeiouy].*[^aeiouy])e$/g, ''],
  [/^kn/g, 'n'],
  [/^wr/g, 'r'],
  [/ph/g, 'f'],
  [/gh(?=t|$)/g, ''],
  [/sch/g, 'sk'],
  [/ch(?=r)/g, 'k'],
  [/t(?=ion)/g, 's'],
  [/tch|ch|ts/g, 't'],
  [/sh|th|z/g, 's'],
  [/ck|q/g, 'k'],
  [/cc(?=[ei])|x/g, 'ks'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/dg(?=[ei]|$)/g, 'j'],
  // Said as a long vowel: card, ハンター.
  [/r(?![aeiouyr])/g, ''],
  [/m(?=[bp])/g, 'n'],
  [/v/g, 'b'],
];
const OF_BOTH: readonly Rule[] = [
  [/l/g, 'r'],
  [/j/g, 'g'],
  [/([a-z])\1+/g, '$1'],
  [/[aeiouyw]/g, ''],
];

/**
 * The consonants that are left of a word when it goes from English to Japanese: クレイモア and "Claymore" give
 * `krm`, トライガン and "Trigun" `trgn`. Many words share few letters: good for looking up, no proof. Undefined for
 * a text that is in neither script.
 */
export function consonantsOf(text: string): { from: 'katakana' | 'latin'; consonants: string; vowel: string } | undefined {
  const plain = text.normalize('NFKC').trim();
  if (ONLY_KATAKANA.test(plain)) {
    const sound = toRomaji(withoutVu(plain)).toLowerCase().replace(/[^a-z0-9]/g, '');
    return { from: 'katakana', consonants: reduced(sound, OF_KATAKANA), vowel: firstVowel(sound) };
  }
  // Nobody says the × of HUNTER×HUNTER.
  const words = wordsIn(plainText(plain.replace(/[×✕✖☓]/g, ' ')).replace(/['’]/g, ''));
  if (words.length === 0 || words.some((word) => !/^[a-z0-9]+$/.test(word))) return undefined;
  return { from: 'latin', consonants: words.map((word) => reduced(word, OF_LATIN)).join(''), vowel: firstVowel(words.join('')) };
}

function reduced(word: string, rules: readonly Rule[]): string {
  return [...rules, ...OF_BOTH].reduce((letters, [pattern, replacement]) => letters.replace(pattern, replacement), word);
}

function firstVowel(letters: string): string {
  return /[aeiou]/.exec(letters)?.[0] ?? '';
}
