import type { CatalogueSearch } from '../catalogue-search.ts';

export interface CatalogueSearchContract {
  /** An empty search. */
  open(): Promise<CatalogueSearch> | CatalogueSearch;
  close?(search: CatalogueSearch): Promise<void>;
}
