import type { Product, ProductStore } from '@manga-assist/catalogue';
import { AppError } from '@manga-assist/foundation';

/** The series as the catalogue knows it now. Throws `not-found` `jobs.unknown-series`: trying again would not find it either. */
export async function seriesOf(store: ProductStore, mangaId: string, signal: AbortSignal): Promise<Product> {
  const product = await store.get(mangaId, signal);
  if (product === undefined) throw new AppError('not-found', 'jobs.unknown-series', 'The catalogue has no series with this manga_id.');
  return product;
}
