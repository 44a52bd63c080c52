import type { Json, JsonObject } from '@manga-assist/foundation';

/** What the catalogue holds on a question, ready to be shown to a model. */
export interface CatalogueResults {
  results: readonly JsonObject[];
}

/** Everything else stays out of prompts, prices and stock above all: answers are remembered, those change. */
const SHOWN_FIELDS = [
  'manga_id',
  'title_ja',
  'title_romaji',
  'title_en',
  'authors',
  'genres',
  'demographic',
  'start_year',
  'volumes',
  'status',
  'description',
  'reason',
] as const;

/** Reads the content of a `search_manga_catalog` answer; whatever is not a result is left out. */
export function catalogueResultsOf(content: Readonly<Record<string, unknown>>): CatalogueResults {
  const results = Array.isArray(content.results) ? (content.results as unknown[]) : [];
  return { results: results.filter(isRecord).map(shown) };
}

/** The block a prompt carries. `<` is escaped, so that no text inside can end the block. */
export function catalogueBlock(catalogue: CatalogueResults): string {
  const json = JSON.stringify({ results: catalogue.results }).replaceAll('<', '\\u003c');
  return `<catalogue_results>${json}</catalogue_results>`;
}

/** A reader's words with which no catalogue block can be begun or ended: only the shop writes those. */
export function withoutBlockMarks(text: string): string {
  return text.replaceAll(/<(?=\s*\/?\s*catalogue_results)/gi, '‹');
}

function shown(result: Readonly<Record<string, unknown>>): JsonObject {
  const fields: JsonObject = {};
  for (const name of SHOWN_FIELDS) {
    const value = result[name];
    if (isShowable(value)) fields[name] = value;
  }
  return fields;
}

function isShowable(value: unknown): value is Json {
  return typeof value === 'string' || typeof value === 'number' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
