import { ENGLISH_NUMERAL, NUMERAL, parseNumeral } from './numerals.ts';

const PATTERNS = [
  new RegExp(`(${NUMERAL})\\s*(?:作品|冊|本(?![語当屋])|つ(?!目)|タイトル|シリーズ|件)(?:ほど|くらい|ぐらい)?(?:を|、)?`),
  new RegExp(`\\btop\\s+(${ENGLISH_NUMERAL})\\b`, 'i'),
  new RegExp(`\\b(${ENGLISH_NUMERAL})\\s+(?=(?:[\\w-]+\\s+){0,2}(?:manga|series|titles?|recommendations?|suggestions?|picks|books)\\b)`, 'i'),
];

/** 5作品, 三冊, top 5, three series: how many titles to show. */
export function readCount(text: string): { count?: number; rest: string } {
  for (const pattern of PATTERNS) {
    const found = pattern.exec(text);
    const count = found?.[1] ? parseNumeral(found[1]) : 0;
    if (found && count >= 1 && count <= 20) return { count, rest: text.replace(found[0], ' ') };
  }
  return { rest: text };
}
