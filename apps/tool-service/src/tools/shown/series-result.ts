import type { Product } from '@manga-assist/catalogue';
import { authorsIn, isSoldOut, known } from './known.ts';

/**
 * A series as a model may see it. Whatever is not named here stays inside: prices and copies have a tool of their own.
 * What the catalogue does not know is left out.
 */
export interface SeriesResult {
  manga_id: string;
  title_ja: string | undefined;
  title_romaji: string | undefined;
  title_en: string | undefined;
  authors: string[];
  genres: readonly string[];
  demographic: string | undefined;
  start_year: number | undefined;
  volumes: number | undefined;
  status: string | undefined;
  /** In the caller's language. */
  description: string | undefined;
  /** Only where every volume is sold out: recommended without a word, it would disappoint. */
  in_stock?: false;
  /** Why it was found. */
  reason?: string;
}

export function seriesResult(product: Product, language: 'en' | 'ja', reason?: string): SeriesResult {
  return {
    manga_id: product.mangaId,
    title_ja: known(product.titleJa),
    title_romaji: known(product.titleRomaji),
    title_en: known(product.titleEn),
    authors: authorsIn(product, language),
    genres: product.genres,
    demographic: known<string>(product.demographic),
    start_year: known(product.startYear),
    volumes: known(product.volumes),
    status: known<string>(product.status),
    description: known(language === 'ja' ? product.synopsisJa || product.synopsisEn : product.synopsisEn || product.synopsisJa),
    ...(isSoldOut(product) && { in_stock: false as const }),
    ...(reason !== undefined && { reason }),
  };
}
