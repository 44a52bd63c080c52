import { readFileSync } from 'node:fs';
import type { Product } from '@manga-assist/catalogue';
import { productFromLooseRecord } from './import/product-from-loose-record.ts';
import { productFromLooseSeries } from './import/read-series.ts';
import { BadRow, rowOf } from './import/row.ts';
import { KnownSeries } from './known-series.ts';

/**
 * The series of an NDJSON file, whose lines are of our own schema or as `SeriesRow` has it. Of lines with
 * one manga_id the last counts, and what `SeriesRow`s leave out of series we know is filled in, as when it
 * is imported. A line that is neither goes to `onBadLine`, which throws unless told otherwise.
 */
export function readSeriesFile(file: string | URL, onBadLine: (line: number, problem: string) => void = refuse): Product[] {
  const known = KnownSeries.shipped();
  const products = new Map<string, Product>();
  for (const [index, text] of readFileSync(file, 'utf8').replace(/^\ufeff/, '').split('\n').entries()) {
    if (text.trim() === '') continue;
    const row = rowOf(index + 1, text, () => productOf(JSON.parse(text), known));
    if ('problem' in row) onBadLine(row.line, row.problem);
    else products.set(row.product.mangaId, row.product);
  }
  return [...products.values()];
}

function productOf(value: unknown, known: KnownSeries): Product {
  if (value === null || typeof value !== 'object') throw new BadRow('is not an object');
  if ('native' in value) return known.completed(productFromLooseSeries(value));
  if ('manga_id' in value) return productFromLooseRecord(value);
  throw new BadRow('is no series: it has neither manga_id nor native');
}

function refuse(line: number, problem: string): never {
  throw new Error(`line ${line} ${problem}`);
}
