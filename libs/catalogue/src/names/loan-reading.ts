import { readFileSync } from 'node:fs';
import { plainText } from '../text/fold-text.ts';

/** How Japanese say English words that titles are made of; what sounds as it is spelled in romaji needs no entry. */
const READINGS = new Map(Object.entries(JSON.parse(readFileSync(new URL('./loan-words.json', import.meta.url), 'utf8')) as Record<string, string>));

/**
 * The katakana reading of a Latin title: ワンピース of "ONE PIECE", スパイファミリー of "SPY×FAMILY".
 * Undefined when one of its words is not known, or when it has none.
 */
export function loanReading(title: string): string | undefined {
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(title)) return undefined;
  // The x of ×, which nobody says.
  const words = plainText(title.replace(/[×✕✖]/g, ' ')).replace(/\sx\s/g, ' ').match(/[\p{L}\p{N}]+/gu) ?? [];
  const readings = words.map((word) => READINGS.get(word));
  return words.length === 0 || readings.some((reading) => reading === undefined) ? undefined : readings.join('');
}
