import type { CatalogueSearch, Product, ProductStore } from '@manga-assist/catalogue';
import { MANGA_ID } from './manga-id.ts';

/** The series of an id, from the table: its stock is today's. A title instead of an id is what models give by mistake. */
export async function productNamed(
  named: string,
  { search, products }: { search: CatalogueSearch; products: ProductStore },
  signal: AbortSignal,
): Promise<Product | undefined> {
  if (MANGA_ID.test(named)) return products.get(named, signal);
  const hit = await search.resolveTitle(named, signal);
  return hit && products.get(hit.product.mangaId, signal);
}
