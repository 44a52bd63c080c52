import { canonicalSha256, type JsonObject } from '@manga-assist/foundation';
import { seriesText } from '../embedded/series-text.ts';
import { namesOf } from '../names/name.ts';
import type { Product } from '../product.ts';
import { themeWords } from '../shared-traits.ts';
import { foldText } from '../text/fold-text.ts';
import { romajiKey } from '../text/romaji-key.ts';
import { tokensOf } from '../text/tokens.ts';
import { wordsForTheme } from '../text/theme-glossary.ts';
import { gramsOf } from './asked-keys.ts';
import { heardKey } from './find-queries.ts';

/** A series as index-v2.json has it. */
export interface SeriesDocument {
  mangaId: string;
  nameKeys: string[];
  product: Product;
  productHash: string;
  /** Of the text that the vector stands for, and of the model that made it; absent while there is no vector. */
  meaningHash?: string;
  meaning?: number[];
  [field: string]: unknown;
}

/** All of a series but its meaning. Names and words are the library's own forms, so that both searches find alike. */
export function seriesDocument(product: Product): SeriesDocument {
  const names = namesOf(product);
  return {
    mangaId: product.mangaId,
    nameKeys: distinct(names.flatMap(({ folded, romaji, initialisms, consonants }) => [folded, romaji, ...initialisms, ...(consonants === '' ? [] : [heardKey(consonants)])])),
    nameGrams: distinct(names.flatMap(({ folded, romaji }) => [...gramsOf(folded), ...gramsOf(romaji)])).join(' '),
    authorKeys: distinct(product.authors.flatMap(({ name, kana, romaji }) => {
      const parts = romaji.split(/[\s,]+/).map(romajiKey);
      return [foldText(name), romajiKey(kana), parts.join(''), parts.toReversed().join(''), ...parts];
    })),
    titleTokens: tokens([product.titleJa, product.titleEn, product.titleRomaji, ...product.aliases]),
    themeTokens: tokens([...product.themes, ...product.themesJa]),
    glossaryTokens: tokens(product.themes.map(wordsForTheme)),
    genreTokens: tokens([...product.genres, product.demographic]),
    synopsisTokens: tokens([product.synopsisEn, product.synopsisJa]),
    themeWords: [...themeWords(product)],
    text: seriesText(product),
    authors: product.authors.map(({ name }) => name),
    genres: product.genres,
    demographic: product.demographic,
    status: product.status,
    contentFlags: product.contentFlags,
    priceJpy: product.priceJpy,
    volumes: product.volumes,
    startYear: product.startYear,
    isInStock: product.stock.some((copies) => copies > 0),
    product,
    productHash: productHash(product),
  };
}

export function productHash(product: Product): string {
  return canonicalSha256(product as unknown as JsonObject);
}

/** What says whether a stored vector still stands for a series. */
export function meaningHash(product: Product, modelVersion: string): string {
  return canonicalSha256({ text: seriesText(product), model: modelVersion });
}

function tokens(texts: readonly string[]): string {
  return tokensOf(texts.join('\n')).join(' ');
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '');
}
