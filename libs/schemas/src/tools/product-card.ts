/** A series as a page shows it: what a shopper may see of it, as facts and not in a sentence. */
export interface ProductCard {
  manga_id: string;
  /** At least one title is there. */
  title_ja?: string;
  title_romaji?: string;
  title_en?: string;
  /** In the language of the call. */
  authors: string[];
  /** Of one volume; null when nobody knows it. */
  price_jpy: number | null;
  stock: CardStock;
  /** A picture that a browser may load; null when there is none. */
  cover_url: string | null;
  /** Why it is shown, in the language of the call. */
  reason?: string;
}

/** As it was when the card was made: seconds old at most. */
export interface CardStock {
  /** Volumes in the store's books; 0 when nobody has counted them. */
  volumes: number;
  /** Of these, how many can be had. */
  volumes_in_stock: number;
  /** When one volume was asked for: which, and how many copies there are. */
  volume?: number;
  quantity?: number;
}
