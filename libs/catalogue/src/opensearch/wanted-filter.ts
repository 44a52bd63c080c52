import type { SimilarityQuery } from '../catalogue-search.ts';
import type { UnderstoodQuery } from '../query/understand-query.ts';
import type { Query } from './find-queries.ts';
import { themed } from './story-queries.ts';

export interface Wanted {
  query: Omit<SimilarityQuery, 'limit'>;
  understood?: UnderstoodQuery | undefined;
  /** Series that the shopper names to leave them out. */
  unwanted: readonly string[];
  /** The works of a demanded author. */
  works?: readonly string[] | undefined;
}

/** The demands of `isWanted`, in OpenSearch's words. */
export function wantedFilter({ query, understood, unwanted, works }: Wanted): Query[] {
  const { traits, unwantedFlags = [], unwantedGenres = [], unwantedDemographics = [], unwantedThemes = [], isOnlyTraits = false } = understood ?? {};
  const must: Query[] = [];
  const is = (field: string, value: string | undefined): void => void (value !== undefined && must.push({ term: { [field]: value } }));
  const atMost = (field: string, value: number | undefined): void => void (value !== undefined && must.push({ range: { [field]: { lte: value } } }));
  is('genres', query.genre);
  for (const demands of traits === undefined ? [query] : [query, traits]) {
    is('demographic', demands.demographic);
    is('status', demands.status);
    atMost('priceJpy', demands.maxPriceJpy);
  }
  if (query.minPriceJpy !== undefined) must.push({ range: { priceJpy: { gte: query.minPriceJpy } } });
  if (query.inStock !== undefined) must.push({ term: { isInStock: query.inStock } });
  if (query.fromYear !== undefined || query.toYear !== undefined) must.push({ range: { startYear: { gte: Math.max(1, query.fromYear ?? 1), ...(query.toYear !== undefined && { lte: query.toYear }) } } });
  // A number that is not known is 0; a price that is not known is not there.
  if (traits?.maxVolumes !== undefined) must.push({ range: { volumes: { gt: 0, lte: traits.maxVolumes } } });
  if (traits?.startYears !== undefined) must.push({ range: { startYear: { gte: traits.startYears.from, lte: traits.startYears.to } } });
  if (isOnlyTraits) for (const genre of traits?.genres ?? []) is('genres', genre);
  if (works !== undefined) must.push({ terms: { mangaId: works } });
  const excluded = [...(query.exclude ?? []), ...unwanted];
  const not: Query[] = [];
  if (excluded.length > 0) not.push({ terms: { mangaId: excluded } });
  if (unwantedFlags.length > 0) not.push({ terms: { contentFlags: unwantedFlags } });
  if (unwantedGenres.length > 0) not.push({ terms: { genres: unwantedGenres } });
  if (unwantedDemographics.length > 0) not.push({ terms: { demographic: unwantedDemographics } });
  not.push(...unwantedThemes.map(themed));
  return [...must, ...(not.length === 0 ? [] : [{ bool: { must_not: not } }])];
}
