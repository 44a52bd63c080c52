import { readFileSync } from 'node:fs';
import { wordKey } from './tokens.ts';

const ENTRIES = Object.entries(JSON.parse(readFileSync(new URL('./theme-glossary.json', import.meta.url), 'utf8')) as Record<string, string>);
const WORDS = new Map(ENTRIES.map(([theme, words]) => [keysOf(theme).join(' '), words]));
const MOST_WORDS = Math.max(...ENTRIES.map(([theme]) => theme.split(' ').length));
/** "Go" is a game, and a word of many a theme. */
const LEAST_INSIDE = 4;

/**
 * What shoppers say when they mean a theme that public lists have one dry word for: "changes sex" for
 * "Gender Bending", 百人一首 for "Karuta". General words only; empty for a theme that speaks for itself.
 * Of a longer theme ("high school girl band") the parts that are known.
 */
export function wordsForTheme(theme: string): string {
  const keys = keysOf(theme);
  const found: string[] = [];
  for (let start = 0; start < keys.length; ) {
    const length = knownFrom(keys, start);
    if (length > 0) found.push(WORDS.get(keys.slice(start, start + length).join(' ')) ?? '');
    start += Math.max(1, length);
  }
  return found.join(' ');
}

/** How many words from there on are a theme that is known; the longest. */
function knownFrom(keys: readonly string[], start: number): number {
  for (let length = Math.min(MOST_WORDS, keys.length - start); length > 0; length--) {
    const key = keys.slice(start, start + length).join(' ');
    if (WORDS.has(key) && (key.length >= LEAST_INSIDE || length === keys.length)) return length;
  }
  return 0;
}

function keysOf(theme: string): string[] {
  return theme.toLowerCase().replace(/['’+]/g, '').split(/[\s_-]+/).filter((word) => word !== '').map(wordKey);
}
