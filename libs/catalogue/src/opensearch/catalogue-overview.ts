import { boundedText, mostOf } from '../bounds.ts';
import type { CatalogueFacets, FacetCount } from '../catalogue-search.ts';
import { DEMOGRAPHICS, GENRES, type Product } from '../product.ts';
import { foldText } from '../text/fold-text.ts';
import { romajiKey } from '../text/romaji-key.ts';
import { PHRASE_LETTERS, type Query } from './find-queries.ts';
import type { OpenSearchConnection } from './opensearch-connection.ts';
import { foundIn, type SearchAnswer } from './search-many.ts';

const MOST_SUGGESTED = 100;
const TERMS = { genres: 'genres', demographics: 'demographic', statuses: 'status' } as const;

export async function facetsOf(connection: OpenSearchConnection, alias: string, filter: readonly Query[], signal: AbortSignal): Promise<CatalogueFacets> {
  const terms = Object.entries(TERMS).map(([name, field]) => [name, { terms: { field, size: GENRES.length + DEMOGRAPHICS.length } }] as const);
  const aggs = {
    ...Object.fromEntries(terms),
    decades: { histogram: { field: 'startYear', interval: 10, min_doc_count: 1, order: { _count: 'desc' } } },
    inStock: { terms: { field: 'isInStock', size: 2 } },
  };
  const answer = await connection.call<SearchAnswer>({ method: 'POST', path: `/${alias}/_search`, body: { size: 0, query: { bool: { filter } }, aggs } }, signal);
  const counts = (name: string): FacetCount[] => (answer.aggregations?.[name]?.buckets ?? []).map(({ key, doc_count }) => ({ value: String(key), count: doc_count })).filter(({ value }) => value !== '');
  return {
    genres: counts('genres'),
    demographics: counts('demographics'),
    statuses: counts('statuses'),
    // A year that is not known is 0.
    decades: counts('decades').filter(({ value }) => value !== '0'),
    // Booleans are 0 and 1 to an aggregation.
    inStock: counts('inStock').find(({ value }) => value === '1')?.count ?? 0,
  };
}

/** Series of which a name begins so, in any script, the longest series first. Nothing for an empty beginning. */
export async function suggestions(connection: OpenSearchConnection, alias: string, prefix: string, limit: number, signal: AbortSignal): Promise<Product[]> {
  const begun = boundedText(prefix);
  const keys = [...new Set([foldText(begun), romajiKey(begun)])].filter((key) => key !== '' && key.length <= PHRASE_LETTERS);
  if (keys.length === 0 || mostOf(limit) === 0) return [];
  const query = { bool: { filter: [{ bool: { should: keys.map((key) => ({ prefix: { nameKeys: key } })), minimum_should_match: 1 } }] } };
  const body = { size: Math.min(MOST_SUGGESTED, mostOf(limit)), query, sort: [{ volumes: 'desc' }, { mangaId: 'asc' }], _source: ['product'] };
  return foundIn(await connection.call<SearchAnswer>({ method: 'POST', path: `/${alias}/_search`, body }, signal)).hits.map(({ product }) => product);
}
