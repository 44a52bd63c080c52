import { asString, isObject } from '../../messages/json.ts';
import { meaningfulWords } from './words.ts';

interface Candidate {
  id: string | number;
  words: Set<string>;
}

/** Orders the candidates of the prompt by the words they share with its query, rare words first; ties keep their order. Nothing when there are none. */
export function reRanking(prompt: string): { ranking: (string | number)[]; results: { id: string | number; score: number }[] } | undefined {
  const candidates = jsonCandidates(prompt) ?? listedCandidates(prompt);
  if (candidates.length < 2) return undefined;
  const query = /(?:query|question|検索語|質問)\s*[:：]\s*(.+)/i.exec(prompt)?.[1] ?? prompt.split('\n')[0] ?? '';
  const asked = new Set(meaningfulWords(query));
  const weight = (word: string): number => Math.log(1 + candidates.length / (1 + candidates.filter(({ words }) => words.has(word)).length));
  const most = [...asked].reduce((sum, word) => sum + weight(word), 0) || 1;
  const results = candidates
    .map(({ id, words }) => ({ id, score: Math.round(([...asked].reduce((sum, word) => sum + (words.has(word) ? weight(word) : 0), 0) / most) * 1_000) / 1_000 }))
    .sort((a, b) => b.score - a.score);
  return { ranking: results.map(({ id }) => id), results };
}

function jsonCandidates(prompt: string): Candidate[] | undefined {
  const start = prompt.indexOf('[');
  const end = prompt.lastIndexOf(']');
  if (start < 0 || end < start) return undefined;
  try {
    const parsed: unknown = JSON.parse(prompt.slice(start, end + 1));
    if (!Array.isArray(parsed)) return undefined;
    return parsed.map((item: unknown, index) => {
      const id = isObject(item) ? (item['id'] ?? item['manga_id']) : undefined;
      return { id: typeof id === 'number' ? id : (asString(id) ?? index), words: new Set(meaningfulWords(typeof item === 'string' ? item : JSON.stringify(item))) };
    });
  } catch {
    return undefined;
  }
}

/** `1. …`, `[2] …`, `- id: …`: one candidate in each line. */
function listedCandidates(prompt: string): Candidate[] {
  return Array.from(prompt.matchAll(/^\s*(?:\[?(\d+)\]?[.):：]?|[-*]\s*([\w-]+)\s*[:：])\s+(.+)$/gm), (found) => ({
    id: found[1] === undefined ? (found[2] ?? '') : Number(found[1]),
    words: new Set(meaningfulWords(found[3] ?? '')),
  }));
}
