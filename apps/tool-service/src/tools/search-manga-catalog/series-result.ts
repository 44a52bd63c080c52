import type { Product } from '@manga-assist/catalogue';
import { known } from '../known.ts';

/**
 * A series as a model may see it. Whatever is not named here stays inside: prices and stock have a tool of their own.
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
  /** What it has in common with the series it is like. */
  reason?: string;
}

export function seriesResult(product: Product, language: 'en' | 'ja', reason?: string): SeriesResult {
  return {
    manga_id: product.mangaId,
    title_ja: known(product.titleJa),
    title_romaji: known(product.titleRomaji),
    title_en: known(product.titleEn),
    authors: product.authors.map(({ name, romaji }) => (language === 'ja' ? name : romaji || name)),
    genres: product.genres,
    demographic: known<string>(product.demographic),
    start_year: known(product.startYear),
    volumes: known(product.volumes),
    status: known<string>(product.status),
    description: known(language === 'ja' ? product.synopsisJa || product.synopsisEn : product.synopsisEn || product.synopsisJa),
    ...(reason !== undefined && { reason }),
  };
}
