import type { SimilarityQuery } from '../catalogue-search.ts';
import type { Product } from '../product.ts';
import type { UnderstoodQuery } from '../query/understand-query.ts';
import { tokensOf } from '../text/tokens.ts';

/** Whether a series meets every demand: those of the query's fields, and those spoken in its words. */
export function isWanted(product: Product, query: Omit<SimilarityQuery, 'limit'>, understood?: UnderstoodQuery): boolean {
  if (query.exclude?.includes(product.mangaId)) return false;
  if (query.genre !== undefined && !product.genres.includes(query.genre)) return false;
  if (query.demographic !== undefined && product.demographic !== query.demographic) return false;
  if (query.status !== undefined && product.status !== query.status) return false;
  if (!costsAtMost(product, query.maxPriceJpy) || !costsAtLeast(product, query.minPriceJpy)) return false;
  if (query.inStock === true && !product.stock.some((copies) => copies > 0)) return false;
  if (query.inStock === false && product.stock.some((copies) => copies > 0)) return false;
  if (query.fromYear !== undefined && (product.startYear === 0 || product.startYear < query.fromYear)) return false;
  if (query.toYear !== undefined && (product.startYear === 0 || product.startYear > query.toYear)) return false;
  return understood === undefined || meetsWords(product, understood);
}

/** Whether all the words are a theme or a genre of the series. */
export function isAbout({ themes, themesJa, genres }: Product, text: string): boolean {
  const own = new Set(tokensOf([...themes, ...themesJa, ...genres].join('\n')));
  const asked = tokensOf(text).filter((token) => !token.startsWith('_'));
  return asked.length > 0 && asked.every((token) => own.has(token));
}

/** A price that nobody knows keeps no limit. */
function costsAtMost({ priceJpy }: Product, maximumJpy: number | undefined): boolean {
  return maximumJpy === undefined || (priceJpy !== null && priceJpy <= maximumJpy);
}

function costsAtLeast({ priceJpy }: Product, minimumJpy: number | undefined): boolean {
  return minimumJpy === undefined || (priceJpy !== null && priceJpy >= minimumJpy);
}

function meetsWords(product: Product, { traits, unwantedFlags, unwantedGenres, unwantedDemographics, isOnlyTraits }: UnderstoodQuery): boolean {
  if (traits.demographic !== undefined && product.demographic !== traits.demographic) return false;
  if (traits.status !== undefined && product.status !== traits.status) return false;
  if (!costsAtMost(product, traits.maxPriceJpy)) return false;
  if (traits.maxVolumes !== undefined && (product.volumes === 0 || product.volumes > traits.maxVolumes)) return false;
  if (traits.startYears !== undefined && (product.startYear < traits.startYears.from || product.startYear > traits.startYears.to)) return false;
  if (unwantedFlags.some((flag) => product.contentFlags.includes(flag))) return false;
  if (unwantedDemographics.some((demographic) => product.demographic === demographic)) return false;
  if (unwantedGenres.some((genre) => product.genres.includes(genre))) return false;
  return !isOnlyTraits || traits.genres.every((genre) => product.genres.includes(genre));
}
