import type { Genre, Product } from './product.ts';

/** One line of series.ndjson, and one item of the product table: a `Product` in snake case. */
export interface SeriesRecord {
  manga_id: string;
  title_en: string;
  title_ja: string;
  title_kana: string;
  title_romaji: string;
  aliases: string[];
  authors: { name: string; kana: string; romaji: string }[];
  publisher: string;
  start_year: number;
  end_year: number | null;
  status: Product['status'];
  volumes: number;
  demographic: Product['demographic'];
  genres: Genre[];
  themes: string[];
  themes_ja: string[];
  content_flags: string[];
  synopsis_en: string;
  synopsis_ja: string;
  price_jpy: number | null;
  stock: number[];
}

export function productFromRecord(record: SeriesRecord): Product {
  return {
    mangaId: record.manga_id,
    titleEn: record.title_en,
    titleJa: record.title_ja,
    titleKana: record.title_kana,
    titleRomaji: record.title_romaji,
    aliases: record.aliases,
    authors: record.authors,
    publisher: record.publisher,
    startYear: record.start_year,
    endYear: record.end_year,
    status: record.status,
    volumes: record.volumes,
    demographic: record.demographic,
    genres: record.genres,
    themes: record.themes,
    themesJa: record.themes_ja,
    contentFlags: record.content_flags,
    synopsisEn: record.synopsis_en,
    synopsisJa: record.synopsis_ja,
    priceJpy: record.price_jpy,
    stock: record.stock,
  };
}

export function recordFromProduct(product: Product): SeriesRecord {
  return {
    manga_id: product.mangaId,
    title_en: product.titleEn,
    title_ja: product.titleJa,
    title_kana: product.titleKana,
    title_romaji: product.titleRomaji,
    aliases: [...product.aliases],
    authors: product.authors.map((author) => ({ ...author })),
    publisher: product.publisher,
    start_year: product.startYear,
    end_year: product.endYear,
    status: product.status,
    volumes: product.volumes,
    demographic: product.demographic,
    genres: [...product.genres],
    themes: [...product.themes],
    themes_ja: [...product.themesJa],
    content_flags: [...product.contentFlags],
    synopsis_en: product.synopsisEn,
    synopsis_ja: product.synopsisJa,
    price_jpy: product.priceJpy,
    stock: [...product.stock],
  };
}
