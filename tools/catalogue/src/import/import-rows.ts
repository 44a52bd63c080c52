import type { Product, ProductStore } from '@manga-assist/catalogue';
import type { KnownSeries } from '../known-series.ts';
import type { Row } from './row.ts';

export interface Reject {
  line: number;
  problem: string;
  text: string;
}

export interface Imported {
  products: number;
  rejects: Reject[];
}

export interface ImportOptions {
  /** Undefined for a dry run: rows are read and checked, nothing is read from or written to a table. */
  store?: ProductStore;
  /** Fills in what rows leave out; undefined: nothing is filled in. */
  known?: KnownSeries;
  onProgress(done: number, rejected: number): void;
  signal: AbortSignal;
}

const ROWS_PER_WRITE = 250;

/**
 * Puts rows into the product table. The same file a second time changes nothing: a series is replaced by
 * its id, and a price or stock that a row does not tell stays as it is in the table.
 */
export async function importRows(rows: AsyncIterable<Row> | Iterable<Row>, { store, known, onProgress, signal }: ImportOptions): Promise<Imported> {
  const existing = await readExisting(store, signal);
  const lineOf = new Map<string, number>();
  const rejects: Reject[] = [];
  let waiting: Product[] = [];
  let products = 0;
  const write = async (): Promise<void> => {
    await store?.put(waiting, signal);
    products += waiting.length;
    waiting = [];
    onProgress(products, rejects.length);
  };
  for await (const row of rows) {
    if ('problem' in row) {
      rejects.push(row);
      continue;
    }
    const { mangaId } = row.product;
    const earlier = lineOf.get(mangaId);
    if (earlier !== undefined) {
      rejects.push({ line: row.line, problem: `is the same series as line ${earlier}`, text: row.product.titleJa || row.product.titleEn });
      continue;
    }
    lineOf.set(mangaId, row.line);
    waiting.push(kept(known?.completed(row.product) ?? row.product, existing.get(mangaId)));
    if (waiting.length >= ROWS_PER_WRITE) await write();
  }
  await write();
  return { products, rejects };
}

type Shelf = Pick<Product, 'priceJpy' | 'stock'>;

async function readExisting(store: ProductStore | undefined, signal: AbortSignal): Promise<ReadonlyMap<string, Shelf>> {
  const existing = new Map<string, Shelf>();
  if (store === undefined) return existing;
  for await (const page of store.all(signal)) for (const { mangaId, priceJpy, stock } of page) existing.set(mangaId, { priceJpy, stock });
  return existing;
}

function kept(product: Product, before: Shelf | undefined): Product {
  if (before === undefined) return product;
  return { ...product, priceJpy: product.priceJpy ?? before.priceJpy, stock: product.stock.length > 0 ? product.stock : before.stock };
}
