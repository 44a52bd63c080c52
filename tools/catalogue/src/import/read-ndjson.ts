import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Product } from '@manga-assist/catalogue';
import { productFromSeriesRow, type SeriesRow } from '../series-row.ts';
import { productFromLooseRecord } from './product-from-loose-record.ts';
import { BadRow, rowOf, type Row } from './row.ts';

const LONGEST_LINE = 200_000;

/** One row a line; blank lines are passed over. */
export async function* readNdjson(file: string, format: 'ndjson' | 'series'): AsyncIterable<Row> {
  const toProduct = format === 'series' ? fromSeries : productFromLooseRecord;
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    line++;
    const plain = text.replace(/^\ufeff/, '').trim();
    if (plain === '') continue;
    yield rowOf(line, plain, () => {
      if (plain.length > LONGEST_LINE) throw new BadRow('is too long');
      return toProduct(JSON.parse(plain));
    });
  }
}

const TEXTS = ['romaji', 'english', 'kana', 'status', 'demographic', 'synopsis'];
const LISTS = ['aliases', 'authors', 'authorsKana', 'genres', 'themes', 'contentFlags'];
const YEARS = ['startYear', 'endYear'];

function fromSeries(value: unknown): Product {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new BadRow('is not an object');
  const row = value as Record<string, unknown>;
  if (typeof row['native'] !== 'string' || row['native'].trim() === '') throw new BadRow('has no native title');
  const wrong = [
    ...TEXTS.filter((name) => isTold(row[name]) && typeof row[name] !== 'string').map((name) => `${name} must be a text`),
    ...LISTS.filter((name) => isTold(row[name]) && !(Array.isArray(row[name]) && row[name].every((member) => typeof member === 'string'))).map((name) => `${name} must be a list of texts`),
    ...YEARS.filter((name) => isTold(row[name]) && !Number.isInteger(row[name])).map((name) => `${name} must be a year`),
  ];
  if (wrong.length > 0) throw new BadRow(wrong.join('; '));
  return productFromSeriesRow(row as unknown as SeriesRow);
}

function isTold(value: unknown): boolean {
  return value !== undefined && value !== null;
}
