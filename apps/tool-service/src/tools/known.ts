import type { Product } from '@manga-assist/catalogue';

/** What a model may read as a fact. An empty text and a 0 mean that the catalogue does not know: the field is left out. */
export function known<T extends string | number>(value: T): T | undefined {
  return value === '' || value === 0 ? undefined : value;
}

/** A price that nobody knows is said to be unknown: left out, a model would think of one. */
export function priceOf({ priceJpy }: Product): { price_jpy: number | null; price_note?: string } {
  return priceJpy === null ? { price_jpy: null, price_note: 'price unknown' } : { price_jpy: priceJpy };
}
