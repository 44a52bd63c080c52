/**
 * One series as the store sells it: a line of series.ndjson and an item of the table `manga-products`.
 * What a source does not tell is an empty text or list; a number that is not known is 0, a price null.
 * At least one title is there.
 */
export interface Product {
  /** `MNG-` and eight capitals or digits. */
  mangaId: string;
  titleEn: string;
  titleJa: string;
  /** Reading in katakana. */
  titleKana: string;
  titleRomaji: string;
  aliases: readonly string[];
  authors: readonly { name: string; kana: string; romaji: string }[];
  publisher: string;
  startYear: number;
  endYear: number | null;
  status: 'finished' | 'ongoing' | 'hiatus' | '';
  volumes: number;
  demographic: Demographic | '';
  genres: readonly Genre[];
  themes: readonly string[];
  themesJa: readonly string[];
  contentFlags: readonly string[];
  synopsisEn: string;
  synopsisJa: string;
  /** Of one volume; null when it is not known, which is no price of 0. */
  priceJpy: number | null;
  /** Copies in stock, by volume: the first is volume 1. */
  stock: readonly number[];
}

export const DEMOGRAPHICS = ['shonen', 'seinen', 'shojo', 'josei', 'kodomo'] as const;
export type Demographic = (typeof DEMOGRAPHICS)[number];

export const GENRES = [
  'action', 'adventure', 'comedy', 'drama', 'fantasy', 'horror', 'mystery', 'psychological', 'romance', 'sci-fi',
  'slice-of-life', 'sports', 'supernatural', 'thriller', 'historical', 'music', 'mecha', 'isekai', 'gourmet', 'school',
  'crime', 'martial-arts', 'war', 'boys-love', 'girls-love', 'medical',
] as const;
export type Genre = (typeof GENRES)[number];
