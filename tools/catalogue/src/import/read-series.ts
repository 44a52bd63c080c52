import type { Product } from '@manga-assist/catalogue';
import { productFromSeriesRow, type SeriesRow } from '../series-row.ts';
import { checkedProduct } from './product-from-loose-record.ts';
import { BadRow } from './row.ts';

const TEXTS = ['romaji', 'english', 'kana', 'status', 'demographic', 'synopsis'];
const LISTS = ['aliases', 'authors', 'authorsKana', 'genres', 'themes', 'contentFlags'];
const YEARS = ['startYear', 'endYear'];

/** The product of a row `{native, romaji, …}`, of which all but the native title may be missing. Errors: `BadRow`. */
export function productFromLooseSeries(value: unknown): Product {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new BadRow('is not an object');
  const row = value as Record<string, unknown>;
  if (typeof row['native'] !== 'string' || row['native'].trim() === '') throw new BadRow('has no native title');
  const wrong = [
    ...TEXTS.filter((name) => isTold(row[name]) && typeof row[name] !== 'string').map((name) => `${name} must be a text`),
    ...LISTS.filter((name) => isTold(row[name]) && !(Array.isArray(row[name]) && row[name].every((member) => typeof member === 'string'))).map((name) => `${name} must be a list of texts`),
    ...YEARS.filter((name) => isTold(row[name]) && !Number.isInteger(row[name])).map((name) => `${name} must be a year`),
  ];
  if (wrong.length > 0) throw new BadRow(wrong.join('; '));
  return checkedProduct(productFromSeriesRow(row as unknown as SeriesRow));
}

function isTold(value: unknown): boolean {
  return value !== undefined && value !== null;
}
