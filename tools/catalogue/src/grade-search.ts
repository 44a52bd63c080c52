import { readVolumes, type CatalogueSearch, type Product } from '@manga-assist/catalogue';
import { cleanText } from '@manga-assist/foundation';

/** A shopper's question and what a bookseller would find; the form of fixtures/queries-dev.json. */
export interface GradedQuery {
  id: string;
  query: string;
  kind: string;
  subkind?: string;
  /** Native titles, any of which is right. */
  expected: string[];
  /** Titles that must not be among the first five. */
  mustNot?: string[];
  slots?: { volume?: number; from?: number; to?: number };
  predicate?: { demographic?: string[]; genres?: string[]; status?: string; notFlags?: string[] };
  /** Nothing may be found. */
  expectEmpty?: boolean;
}

export interface Grade {
  query: GradedQuery;
  /** Right at first glance: an expected series, or what else the query demands, among the first five. */
  isHit: boolean;
  /** The place of the first expected series, from 1; undefined when it is not among the first five. */
  rank: number | undefined;
  /** The share of the first five that is expected; more than is expected cannot be found. */
  precision: number;
  /** Series found that must not be. */
  unwanted: string[];
  found: string[];
  tookMs: number;
}

/** As many as `search_manga_catalog` gives when the model does not say how many. */
const TOP = 5;

/**
 * Asks the search every question in the shopper's own words, as `search_manga_catalog` asks it with nothing
 * but a query, and grades the first five series. Questions that no catalogue answers are left out.
 */
export async function gradeSearch(search: CatalogueSearch, queries: readonly GradedQuery[]): Promise<Grade[]> {
  const { signal } = new AbortController();
  const grades: Grade[] = [];
  for (const query of queries) {
    if (query.expected.length === 0 && query.predicate === undefined && query.expectEmpty !== true) continue;
    const startedAt = performance.now();
    const text = cleanText(query.query.toWellFormed())?.text ?? '';
    const hits = await search.search({ text, limit: TOP }, signal);
    const tookMs = performance.now() - startedAt;
    grades.push({ ...gradeOf(query, hits.map(({ product }) => product)), tookMs });
  }
  return grades;
}

/** The queries that the catalogue can answer: of `expected`, it has at least one. Queries without `expected` stay. */
export function answerable(queries: readonly GradedQuery[], products: readonly Product[]): GradedQuery[] {
  const titles = new Set(products.map(({ titleJa }) => titleKey(titleJa)));
  return queries.filter(({ expected }) => expected.length === 0 || expected.some((title) => titles.has(titleKey(title))));
}

function gradeOf(query: GradedQuery, products: readonly Product[]): Omit<Grade, 'tookMs'> {
  const found = products.map(({ titleJa }) => titleJa);
  const expected = new Set(query.expected.map(titleKey));
  const mustNot = new Set(query.mustNot?.map(titleKey));
  const right = found.filter((title) => expected.has(titleKey(title)));
  const rank = found.findIndex((title) => expected.has(titleKey(title))) + 1 || undefined;
  const unwanted = found.filter((title) => mustNot.has(titleKey(title)));
  return { query, isHit: isRight(query, products, rank, unwanted), rank, precision: right.length / Math.max(1, Math.min(TOP, expected.size)), unwanted, found };
}

function isRight({ query, slots, predicate, expectEmpty }: GradedQuery, products: readonly Product[], rank: number | undefined, unwanted: readonly string[]): boolean {
  if (expectEmpty === true) return products.length === 0;
  if (predicate !== undefined) return products.length > 0 && products.every((product) => satisfies(product, predicate));
  return rank !== undefined && unwanted.length === 0 && hasVolumes(query, slots);
}

function satisfies(product: Product, { demographic = [], genres = [], status, notFlags = [] }: NonNullable<GradedQuery['predicate']>): boolean {
  const own = new Set<string>(product.genres);
  return (
    (demographic.length === 0 || demographic.some((one) => one === product.demographic)) &&
    genres.every((genre) => own.has(slugOf(genre))) &&
    (status === undefined || status.toLowerCase() === product.status) &&
    !notFlags.some((flag) => product.contentFlags.includes(slugOf(flag)))
  );
}

function hasVolumes(query: string, slots: GradedQuery['slots']): boolean {
  const from = slots?.from ?? slots?.volume;
  if (from === undefined) return true;
  const volumes = readVolumes(query);
  return volumes?.from === from && volumes.to === (slots?.to ?? from);
}

function slugOf(word: string): string {
  return word.toLowerCase().replace(/\s+/g, '-');
}

/** Catalogues differ in widths and spaces. */
function titleKey(title: string): string {
  return title.normalize('NFKC').replace(/\s+/g, '').toLowerCase();
}
