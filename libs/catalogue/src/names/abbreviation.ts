import { foldText } from '../text/fold-text.ts';

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['han', /[\p{Script=Han}々]/u],
  ['hiragana', /\p{Script=Hiragana}/u],
  ['katakana', /[\p{Script=Katakana}ー]/u],
  ['latin', /[\p{L}\p{N}]/u],
];
const SHORTEST = 3;
export const LONGEST_SHORT_FORM = 6;
const AT_A_WORD = 0.86;
const INSIDE_A_WORD = 0.78;
const FROM_A_LATER_WORD = 0.76;

/**
 * How surely a folded text is a title cut the Japanese way, the first letters of one word and of a later
 * one: 転スラ of 転生 したら スライム だった 件 (0.86), スラダン of スラムダンク (0.78), まどマギ of
 * 魔法少女 まどか マギカ (0.76). 0 when it is not.
 */
export function abbreviationScore(short: string, words: readonly string[]): number {
  const long = words.join('');
  if (short.length < SHORTEST || short.length > LONGEST_SHORT_FORM || long.length <= short.length) return 0;
  const beginnings = new Set<number>();
  let at = 0;
  for (const word of words) {
    beginnings.add(at);
    at += word.length;
  }
  let best = 0;
  for (let cut = 1; cut < short.length; cut++) {
    const head = short.slice(0, cut);
    const tail = short.slice(cut);
    if (!long.startsWith(head)) {
      if (cut >= 2 && tail.length >= 2 && areBeginnings(head, tail, words)) best = Math.max(best, FROM_A_LATER_WORD);
      continue;
    }
    if (tail.length < 2 && cut < 2) continue;
    for (let found = long.indexOf(tail, cut + 1); found !== -1; found = long.indexOf(tail, found + 1)) {
      if (beginnings.has(found)) return AT_A_WORD;
      // Inside a word only with two letters on either side: anything resembles one letter.
      if (cut >= 2 && tail.length >= 2) best = INSIDE_A_WORD;
    }
  }
  return best;
}

/** Whether one word begins with the head and a later one with the tail. */
function areBeginnings(head: string, tail: string, words: readonly string[]): boolean {
  const first = words.findIndex((word) => word.startsWith(head));
  return first !== -1 && words.slice(first + 1).some((word) => word.startsWith(tail));
}

/** A title's runs of one script, folded: 転生, したら, スライム, だった, 件. */
export function scriptRuns(title: string): string[] {
  const words: string[] = [];
  let word = '';
  let script = '';
  for (const character of title.normalize('NFKC')) {
    const own = SCRIPTS.find(([, pattern]) => pattern.test(character))?.[0] ?? '';
    if (own !== script && word !== '') {
      words.push(word);
      word = '';
    }
    script = own;
    if (own !== '') word += character;
  }
  if (word !== '') words.push(word);
  return words.map(foldText).filter((folded) => folded !== '');
}
