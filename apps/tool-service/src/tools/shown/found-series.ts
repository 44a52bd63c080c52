import type { SearchHit } from '@manga-assist/catalogue';
import type { ProductCard } from '@manga-assist/schemas/tools';
import { fitting } from '../../calls/tool-content.ts';
import type { ProductCards } from './product-cards.ts';
import { reasonForHit } from './reason-for-hit.ts';
import { seriesResult, type SeriesResult } from './series-result.ts';

export interface FoundSeries {
  /** As many as a model can read. */
  results: SeriesResult[];
  /** The same ones. */
  cards: ProductCard[];
  /** With those that were left out. */
  total: number;
}

/** Hits as a model reads them and as a page shows them, each with the reason why it was found. */
export function foundSeries(hits: readonly SearchHit[], language: 'en' | 'ja', cards: ProductCards): FoundSeries {
  const all = hits.map((hit) => {
    const reason = reasonForHit(hit, language);
    return { product: hit.product, reason, result: seriesResult(hit.product, language, reason) };
  });
  const shown = fitting(all, { shown: ({ result }) => result });
  return {
    results: shown.map(({ result }) => result),
    cards: shown.map(({ product, reason }) => cards.of(product, { language, reason })),
    total: all.length,
  };
}
