import { mostOf } from './bounds.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { Explanation, MatchedBy } from './explanation.ts';
import type { Demographic, Genre, Product } from './product.ts';

export interface SearchQuery {
  /** 1 to 200 characters, cleaned. A title, a nickname, an author, a theme, in any script. */
  text: string;
  genre?: Genre;
  demographic?: Demographic;
  author?: string;
  /** A price that nobody knows keeps no limit. */
  minPriceJpy?: number;
  maxPriceJpy?: number;
  /** Series of which at least one volume is there. */
  inStock?: boolean;
  /** Of the first volume; a year that nobody knows is in no range. */
  fromYear?: number;
  toYear?: number;
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
  matchedBy: MatchedBy;
  /** The series that a similar one was measured by. */
  similarTo?: Product;
  /** What of the series fits the question. */
  explanation: Explanation;
}

export interface SearchPage {
  hits: readonly SearchHit[];
  /** `cursor` of the next page; none when nothing more is worth showing. */
  next?: string;
}

export interface FacetCount {
  value: string;
  count: number;
}

/** How many series of a selection there are of each kind; the commonest first. */
export interface CatalogueFacets {
  genres: FacetCount[];
  demographics: FacetCount[];
  statuses: FacetCount[];
  /** By decade of the first volume: `1990`. */
  decades: FacetCount[];
  inStock: number;
}

export interface CatalogueHealth {
  isReachable: boolean;
  series: number;
  /** Model and version of the vectors; null when the search goes by words. */
  embedding: string | null;
}

/**
 * Finds series as a bookseller would: titles over kanji, kana, romaji, English and nicknames first,
 * then what the story is about. Errors: `unavailable` `catalogue.unavailable`.
 */
export abstract class CatalogueSearch {
  abstract search(query: SearchQuery, signal: AbortSignal): Promise<readonly SearchHit[]>;

  /** The same a page at a time, over the first 60 or so: what comes later resembles the question no more than the rest. Error: `invalid` `catalogue.cursor`. */
  async searchPage({ cursor, ...query }: SearchQuery & { cursor?: string }, signal: AbortSignal): Promise<SearchPage> {
    const from = cursor === undefined ? 0 : readCursor(cursor, query);
    const end = from + mostOf(query.limit);
    const hits = await this.search({ ...query, limit: end + 1 }, signal);
    return { hits: hits.slice(from, end), ...(hits.length > end && { next: writeCursor(end, query) }) };
  }

  /** The one series a text names, if it plainly names one. */
  abstract resolveTitle(text: string, signal: AbortSignal): Promise<SearchHit | undefined>;
  /** Series like this one, itself excluded, nearest first; a text says what else they should be. Unknown ids give none. */
  abstract similarTo(mangaId: string, query: SimilarityQuery, signal: AbortSignal): Promise<readonly SearchHit[]>;
  /** Puts or replaces products; they are found from then on. */
  abstract upsert(products: readonly Product[], signal: AbortSignal): Promise<void>;
  /** Takes series out; unknown ids change nothing. */
  abstract delete(mangaIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** What there is of each kind among the series that meet the demands; a text is not searched for, but its demands count. */
  abstract facets(query: Omit<SimilarityQuery, 'limit'>, signal: AbortSignal): Promise<CatalogueFacets>;
  /** Series of which a name begins so, in any script, the longest series first: for completing what a shopper types. */
  abstract suggest(prefix: string, limit: number, signal: AbortSignal): Promise<readonly Product[]>;
  /** Never rejects. */
  abstract health(signal: AbortSignal): Promise<CatalogueHealth>;
  abstract isReachable(signal: AbortSignal): Promise<boolean>;
  /** Writes down what is still to be written, and lets go of connections. */
  abstract close(): Promise<void>;
}

/** What the search needs to compare meanings; the app binds it to an embedding model. */
export abstract class TextEmbedder {
  /** Model and version; vectors of different versions are never compared. */
  abstract readonly version: string;
  /** A unit vector. */
  abstract embed(text: string, signal: AbortSignal): Promise<Float32Array>;
}
