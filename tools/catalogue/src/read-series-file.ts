import { readFileSync } from 'node:fs';
import { productFromRecord, type Product, type SeriesRecord } from '@manga-assist/catalogue';
import { KnownSeries } from './known-series.ts';
import { productFromSeriesRow, type SeriesRow } from './series-row.ts';

/**
 * The series of an NDJSON file, whose lines are of our own schema or as `SeriesRow` has it. Of lines with
 * one manga_id the last counts, and what `SeriesRow`s leave out of series we know is filled in, as when it
 * is imported. Throws with the number of a line that is neither.
 */
export function readSeriesFile(file: string | URL): Product[] {
  const known = KnownSeries.shipped();
  const products = new Map<string, Product>();
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line.trim() === '') continue;
    const product = productOf(line, known);
    if (product === undefined) throw new Error(`line ${index + 1} is no series: it has neither manga_id nor native`);
    products.set(product.mangaId, product);
  }
  return [...products.values()];
}

function productOf(line: string, known: KnownSeries): Product | undefined {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof row !== 'object' || row === null) return undefined;
  if ('manga_id' in row) return productFromRecord(row as SeriesRecord);
  return 'native' in row && typeof row.native === 'string' && row.native.trim() !== '' ? known.completed(productFromSeriesRow(row as SeriesRow)) : undefined;
}
