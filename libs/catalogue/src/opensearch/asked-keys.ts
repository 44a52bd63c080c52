import { plainText, foldText, wordsIn } from '../text/fold-text.ts';
import { romajiKey } from '../text/romaji-key.ts';

const JAPANESE_RUNS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]/u;
/** The words of a title, and the letters of a Japanese one, seldom are more. */
const MOST_WORDS = 9;
const MOST_LETTERS = 24;
/** Nobody writes a title after so much. */
const MOST_TEXT = 120;

/** Every form in which a name that stands somewhere in the text would be a key, without repetition. */
export function keysWithin(text: string): string[] {
  const keys = new Set([foldText(text), romajiKey(text)]);
  const words = wordsIn(plainText(text).slice(0, MOST_TEXT).replaceAll('&', ' and ').replace(/['’]/g, ''));
  for (let start = 0; start < words.length; start++) {
    for (let end = start + 1; end <= Math.min(words.length, start + MOST_WORDS); end++) {
      const run = words.slice(start, end).join(' ');
      keys.add(foldText(run)).add(romajiKey(run));
    }
  }
  if (JAPANESE_RUNS.test(text)) {
    const letters = foldText(text).slice(0, MOST_TEXT);
    for (let start = 0; start < letters.length; start++) {
      for (let end = start + 2; end <= Math.min(letters.length, start + MOST_LETTERS); end++) keys.add(letters.slice(start, end));
    }
  }
  return [...keys].filter((key) => key.length >= 2);
}

/** Pairs of letters next to each other: two names that are nearly the same share most of them. */
export function gramsOf(key: string): string[] {
  const letters = Array.from(key);
  return [...new Set(letters.slice(1).map((letter, index) => `${letters[index]}${letter}`))];
}
