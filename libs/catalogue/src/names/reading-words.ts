import { isHiragana, toHiragana } from 'wanakana';
import { foldText, plainText } from '../text/fold-text.ts';
import { loanReading } from './loan-reading.ts';

/**
 * A Japanese title's reading word by word, folded, as its romanised form tells it: わたし, が, もてない, の of
 * "Watashi ga Motenai no". A reading in kana does not say where words begin, which is where they are cut.
 * Empty when a word is in no way Japanese.
 */
export function readingWords(titleRomaji: string): string[] {
  const words = plainText(titleRomaji).match(/[a-z']+/g) ?? [];
  const readings = words.map((word) => {
    const kana = toHiragana(word);
    return isHiragana(kana) ? kana : (loanReading(word) ?? '');
  });
  return readings.includes('') ? [] : readings.map(foldText);
}
