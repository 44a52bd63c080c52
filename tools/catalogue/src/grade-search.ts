import { readVolumes, type CatalogueSearch, type Product } from '@manga-assist/catalogue';

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
  isHit: boolean;
  found: string[];
  tookMs: number;
}

const TOP = 5;

/** Asks the search every question that has an answer in the catalogue, and grades the first five series found. */
export async function gradeSearch(search: CatalogueSearch, queries: readonly GradedQuery[]): Promise<Grade[]> {
  const { signal } = new AbortController();
  const grades: Grade[] = [];
  for (const query of queries) {
    if (query.expected.length === 0 && query.predicate === undefined && query.expectEmpty !== true) continue;
    const startedAt = performance.now();
    const hits = await search.search({ text: query.query, limit: TOP }, signal);
    const tookMs = performance.now() - startedAt;
    const products = hits.map(({ product }) => product);
    grades.push({ query, isHit: isRight(query, products), found: products.map(({ titleJa }) => titleJa), tookMs });
  }
  return grades;
}

function isRight({ query, expected, mustNot = [], slots, predicate, expectEmpty }: GradedQuery, products: readonly Product[]): boolean {
  if (expectEmpty === true) return products.length === 0;
  if (predicate !== undefined) return products.length > 0 && products.every((product) => satisfies(product, predicate));
  const titles = products.map(({ titleJa }) => titleJa);
  return expected.some((title) => titles.includes(title)) && !mustNot.some((title) => titles.includes(title)) && hasVolumes(query, slots);
}

function satisfies(product: Product, { demographic = [], genres = [], status, notFlags = [] }: NonNullable<GradedQuery['predicate']>): boolean {
  const own = new Set(product.genres.map((genre) => genre.toLowerCase()));
  return (
    (demographic.length === 0 || demographic.includes(product.demographic)) &&
    genres.every((genre) => own.has(genre.toLowerCase() as never)) &&
    (status === undefined || status.toLowerCase() === product.status) &&
    !notFlags.some((flag) => product.contentFlags.includes(flag.toLowerCase()))
  );
}

function hasVolumes(query: string, slots: GradedQuery['slots']): boolean {
  const from = slots?.from ?? slots?.volume;
  if (from === undefined) return true;
  const volumes = readVolumes(query);
  return volumes?.from === from && volumes.to === (slots?.to ?? from);
}
