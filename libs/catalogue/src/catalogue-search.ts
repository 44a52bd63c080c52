import type { Demographic, Genre, Product } from './product.ts';

export interface SearchQuery {
  /** 1 to 200 characters, cleaned. A title, a nickname, an author, a theme, in any script. */
  text: string;
  genre?: Genre;
  demographic?: Demographic;
  author?: string;
  maxPriceJpy?: number;
  status?: Product['status'];
  /** Series that must not be found, by id. */
  exclude?: readonly string[];
  /** 1 to 20. */
  limit: number;
}

export interface SimilarityQuery extends Omit<SearchQuery, 'text'> {
  text?: string;
}

export interface SearchHit {
  product: Product;
  /** 0 to 1 within one answer; only the order means something. */
  score: number;
  /** Why it was found: `title`, `alias`, `author`, `theme`, `similar`. */
  matchedBy: 'title' | 'alias' | 'author' | 'theme' | 'similar';
  /** The series that a similar one was measured by. */
  similarTo?: Product;
}

/**
 * Finds series as a bookseller would: titles over kanji, kana, romaji, English and nicknames first,
 * then what the story is about. Errors: `unavailable` `catalogue.unavailable`.
 */
export abstract class CatalogueSearch {
  abstract search(query: SearchQuery, signal: AbortSignal): Promise<readonly SearchHit[]>;
  /** The one series a text names, if it plainly names one. */
  abstract resolveTitle(text: string, signal: AbortSignal): Promise<SearchHit | undefined>;
  /** Series like this one, itself excluded, nearest first; a text says what else they should be. Unknown ids give none. */
  abstract similarTo(mangaId: string, query: SimilarityQuery, signal: AbortSignal): Promise<readonly SearchHit[]>;
  /** Puts or replaces products; they are found from then on. */
  abstract upsert(products: readonly Product[], signal: AbortSignal): Promise<void>;
  abstract isReachable(signal: AbortSignal): Promise<boolean>;
}

/** What the search needs to compare meanings; the app binds it to an embedding model. */
export abstract class TextEmbedder {
  /** Model and version; vectors of different versions are never compared. */
  abstract readonly version: string;
  /** A unit vector. */
  abstract embed(text: string, signal: AbortSignal): Promise<Float32Array>;
}
