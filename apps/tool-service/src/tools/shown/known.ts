import type { Product } from '@manga-assist/catalogue';

/** What a model may read as a fact. An empty text and a 0 mean that the catalogue does not know: the field is left out. */
export function known<T extends string | number>(value: T): T | undefined {
  return value === '' || value === 0 ? undefined : value;
}

/** A price that nobody knows is said to be unknown: left out, a model would think of one. */
export function priceOf({ priceJpy }: Product): { price_jpy: number | null; price_note?: string } {
  return priceJpy === null ? { price_jpy: null, price_note: 'price unknown' } : { price_jpy: priceJpy };
}

/** No copy of any volume is left. Where nothing has been counted, nobody can say so. */
export function isSoldOut({ stock }: Product): boolean {
  return stock.length > 0 && stock.every((copies) => copies === 0);
}

/** As people write them in this language. */
export function authorsIn({ authors }: Product, language: 'en' | 'ja'): string[] {
  return authors.map(({ name, romaji }) => (language === 'ja' ? name : romaji || name));
}
