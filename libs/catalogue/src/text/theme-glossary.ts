import { readFileSync } from 'node:fs';

const WORDS = new Map(Object.entries(JSON.parse(readFileSync(new URL('./theme-glossary.json', import.meta.url), 'utf8')) as Record<string, string>));

/**
 * What shoppers say when they mean a theme that public lists have one dry word for: "changes sex" for
 * "Gender Bending", 百人一首 for "Karuta". General words only; empty for a theme that speaks for itself.
 */
export function wordsForTheme(theme: string): string {
  return WORDS.get(theme.toLowerCase().replace(/['’+]/g, '').replace(/[\s_-]+/g, ' ').trim()) ?? '';
}
