import type { CatalogueSearch, Product, ProductStore } from '@manga-assist/catalogue';
import { AppError } from '@manga-assist/foundation';
import { MANGA_ID } from './manga-id.ts';

/** The series of an id, from the table: its stock is today's. A title instead of an id is what models give by mistake. */
export async function productNamed(
  named: string,
  { search, products }: { search: CatalogueSearch; products: ProductStore },
  signal: AbortSignal,
): Promise<Product | undefined> {
  if (MANGA_ID.test(named)) return products.get(named, signal);
  const hit = await search.resolveTitle(named, signal);
  if (hit === undefined) await assertSearchable(search, signal);
  return hit && products.get(hit.product.mangaId, signal);
}

/** Before the catalogue has been read nothing can be said about what is not in it. Error: `unavailable` `catalogue.unavailable`. */
export async function assertSearchable(search: CatalogueSearch, signal: AbortSignal): Promise<void> {
  if (await search.isReachable(signal)) return;
  throw new AppError('unavailable', 'catalogue.unavailable', 'The catalogue cannot be searched just now; try again.', { retryAfterMs: 1_000 });
}
