import { asString, isObject } from '../../messages/json.ts';
import type { Fence } from './briefing/fences.ts';
import { jsonOf } from './briefing/fences.ts';
import { meaningfulWords } from './words.ts';

export interface Candidate {
  id: string | number;
  item: unknown;
  text: string;
}

export interface RankedCandidate {
  id: string | number;
  title: string | undefined;
  /** 0 to 1. */
  score: number;
  /** Words that it shares with the query. */
  shared: string[];
}

/** Orders the candidates of a prompt by its query. Nothing when there are none. */
export function reRanking(prompt: string): { ranking: (string | number)[]; results: { id: string | number; score: number }[] } | undefined {
  const candidates = jsonCandidates(prompt) ?? listedCandidates(prompt);
  if (candidates.length < 2) return undefined;
  const query = /(?:query|question|検索語|質問)\s*[:：]\s*(.+)/i.exec(prompt)?.[1] ?? prompt.split('\n')[0] ?? '';
  const results = orderCandidates(query, candidates).map(({ id, score }) => ({ id, score }));
  return { ranking: results.map(({ id }) => id), results };
}

/** By the words they share with the query, rare words first; ties keep their order. */
export function orderCandidates(query: string, candidates: readonly Candidate[]): RankedCandidate[] {
  const asked = [...new Set(meaningfulWords(query))];
  const all = candidates.map((candidate) => ({ ...candidate, words: new Set(meaningfulWords(candidate.text)) }));
  const weights = new Map(asked.map((word) => [word, Math.log(1 + all.length / (1 + all.filter(({ words }) => words.has(word)).length))]));
  const sumOf = (words: readonly string[]): number => words.reduce((sum, word) => sum + (weights.get(word) ?? 0), 0);
  const most = sumOf(asked) || 1;
  return all
    .map(({ id, item, words }) => {
      const shared = asked.filter((word) => words.has(word));
      return { id, title: titleOf(item), score: Math.round((sumOf(shared) / most) * 1_000) / 1_000, shared };
    })
    .sort((a, b) => b.score - a.score);
}

/** A JSON list, or a line for each. */
export function candidatesFrom({ json, text }: Pick<Fence, 'json' | 'text'>): Candidate[] {
  const list = Array.isArray(json) ? json : isObject(json) ? Object.values(json).find(Array.isArray) : undefined;
  if (list) return list.map(candidateOf);
  const listed = listedCandidates(text);
  return listed.length > 0 ? listed : text.split('\n').filter((line) => line.trim() !== '').map((line) => candidateOf(jsonOf(line) ?? line.trim(), 0));
}

function candidateOf(item: unknown, index: number): Candidate {
  const id = isObject(item) ? (item['manga_id'] ?? item['id'] ?? item['mangaId'] ?? titleOf(item)) : item;
  return { id: typeof id === 'number' ? id : (asString(id) ?? index), item, text: typeof item === 'string' ? item : JSON.stringify(item) };
}

function titleOf(item: unknown): string | undefined {
  return isObject(item) ? (asString(item['title']) ?? asString(item['title_en']) ?? asString(item['title_ja']) ?? asString(item['name'])) : asString(item);
}

function jsonCandidates(prompt: string): Candidate[] | undefined {
  const start = prompt.indexOf('[');
  const end = prompt.lastIndexOf(']');
  const parsed = start < 0 || end < start ? undefined : jsonOf(prompt.slice(start, end + 1));
  return Array.isArray(parsed) ? parsed.map((item: unknown, index) => (typeof item === 'string' ? { id: index, item, text: item } : candidateOf(item, index))) : undefined;
}

/** `1. …`, `[2] …`, `- id: …`: one candidate in each line. */
function listedCandidates(prompt: string): Candidate[] {
  return Array.from(prompt.matchAll(/^[ \t]{0,8}(?:\[?(\d{1,9})\]?[.):：]?|[-*][ \t]{0,8}([\w-]{1,80})[ \t]{0,8}[:：])[ \t]{1,8}(\S.*)$/gm), (found) => {
    const text = found[3] ?? '';
    return { id: found[1] === undefined ? (found[2] ?? '') : Number(found[1]), item: text, text };
  });
}
