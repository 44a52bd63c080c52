import type { Language } from '../../text.ts';
import { summary } from '../summary.ts';
import { translated } from '../translation.ts';
import { synopsisOf, type Entry } from './read-entry.ts';

/** Extracts in the language of the entry; a draft where the entry speaks only the other one. */
export function inLanguage(entry: Entry, language: Language): string {
  const own = synopsisOf(entry, language);
  if (own !== '') return summary(own);
  const other = synopsisOf(entry, language === 'ja' ? 'en' : 'ja');
  return other === '' ? summary(entry.text) : translated(summary(other), language);
}

export function sentencesOf(text: string): string[] {
  return (text.match(/[^。.!?！？\n]+[。.!?！？]*/g) ?? []).map((sentence) => sentence.trim()).filter((sentence) => sentence.length > 3);
}
