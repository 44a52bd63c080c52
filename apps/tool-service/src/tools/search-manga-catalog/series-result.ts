import type { Product } from '@manga-assist/catalogue';

/** A series as a model may see it. Whatever is not named here stays inside: prices and stock have a tool of their own. */
export interface SeriesResult {
  manga_id: string;
  title_ja: string;
  title_romaji: string;
  title_en: string;
  authors: string[];
  genres: readonly string[];
  demographic: string;
  start_year: number;
  volumes: number;
  status: string;
  /** In the caller's language. */
  description: string;
  /** What it has in common with the series it is like. */
  reason?: string;
}

export function seriesResult(product: Product, language: 'en' | 'ja', reason?: string): SeriesResult {
  return {
    manga_id: product.mangaId,
    title_ja: product.titleJa,
    title_romaji: product.titleRomaji,
    title_en: product.titleEn,
    authors: product.authors.map(({ name, romaji }) => (language === 'ja' ? name : romaji)),
    genres: product.genres,
    demographic: product.demographic,
    start_year: product.startYear,
    volumes: product.volumes,
    status: product.status,
    description: language === 'ja' ? product.synopsisJa : product.synopsisEn,
    ...(reason !== undefined && { reason }),
  };
}
