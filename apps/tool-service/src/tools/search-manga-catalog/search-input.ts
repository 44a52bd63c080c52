import { DEMOGRAPHICS, type Demographic, type Genre, type SearchQuery } from '@manga-assist/catalogue';
import { cleanText } from '@manga-assist/foundation';
import type { ToolInput } from '../tool.ts';
import { MOST_RESULTS, USUAL_RESULTS } from './definition.ts';

/** The arguments, valid by the definition's schema. */
export interface SearchInput {
  query: string;
  similar_to?: string;
  author?: string;
  genre?: Genre;
  demographic?: Demographic;
  status?: 'finished' | 'ongoing' | 'hiatus';
  from_year?: number;
  to_year?: number;
  in_stock?: boolean;
  min_price_jpy?: number;
  max_price_jpy?: number;
  max_results?: number;
}

/** Words are cleaned, slugs spelled our way, `seinen` as a genre understood, the number of results kept within its bounds. */
export function tidySearchInput(input: ToolInput): ToolInput {
  const tidy: Record<string, unknown> = { ...input };
  for (const name of ['query', 'similar_to', 'author', 'title', 'manga_id']) if (typeof tidy[name] === 'string') tidy[name] = cleanText(tidy[name].toWellFormed())?.text ?? '';
  for (const name of ['genre', 'demographic', 'status']) if (typeof tidy[name] === 'string') tidy[name] = slugOf(tidy[name]);
  if (DEMOGRAPHICS.some((demographic) => demographic === tidy['genre'])) {
    tidy['demographic'] ??= tidy['genre'];
    delete tidy['genre'];
  }
  const mostResults = tidy['max_results'];
  if (typeof mostResults === 'number' && Number.isInteger(mostResults)) tidy['max_results'] = Math.min(MOST_RESULTS, Math.max(1, mostResults));
  return tidy;
}

export function queryOf(input: SearchInput): SearchQuery {
  return {
    text: input.query,
    limit: input.max_results ?? USUAL_RESULTS,
    ...(input.author !== undefined && { author: input.author }),
    ...(input.genre !== undefined && { genre: input.genre }),
    ...(input.demographic !== undefined && { demographic: input.demographic }),
    ...(input.status !== undefined && { status: input.status }),
    ...(input.from_year !== undefined && { fromYear: input.from_year }),
    ...(input.to_year !== undefined && { toYear: input.to_year }),
    // False is what models write for "no matter".
    ...(input.in_stock === true && { inStock: true }),
    ...(input.min_price_jpy !== undefined && { minPriceJpy: input.min_price_jpy }),
    ...(input.max_price_jpy !== undefined && { maxPriceJpy: input.max_price_jpy }),
  };
}

/** `Slice of Life` and `shōnen` are spelled in many ways. */
function slugOf(text: string): string {
  return text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .replace(/^sh(?:ou|ō)(nen|jo)$/, 'sho$1');
}
