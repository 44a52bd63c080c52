import type { Language } from '../../text.ts';
import { synopsisOf, type Entry } from './read-entry.ts';

const MOST_THEMES = 8;
const WORD = /[a-z][a-z'-]{3,}|[\u30a1-\u30ffー]{3,}|[\u3400-\u9fff]{2,4}/g;
const EMPTY_WORDS = new Set(
  'with from that this their they them into have been when where which while after before about whose will his her him she the and for who one two only himself herself series manga volume volumes year years title author publisher synopsis unknown return json young must finds each other than more whom what then there some many most begins begin'.split(' '),
);

/** What a series is about: the themes the catalogue lists, else the words its synopsis comes back to. */
export function themesOf(entry: Entry, language: Language): string[] {
  const listed = language === 'ja' ? entry.themesJa : entry.themesEn;
  if (listed.length > 0) return [...new Set(listed)].slice(0, MOST_THEMES);
  return keywordsIn(synopsisOf(entry, language) || entry.synopsisEn || entry.synopsisJa || entry.text);
}

export function keywordsIn(text: string): string[] {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(WORD)) if (!EMPTY_WORDS.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_THEMES).map(([word]) => word);
}
