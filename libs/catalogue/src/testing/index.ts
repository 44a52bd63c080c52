export { aProduct } from './a-product.ts';
export { catalogueSearchContract, SHELF } from './catalogue-search.contract.ts';
export type { CatalogueSearchContract } from './contract-options.ts';
export { coversContract } from './covers.contract.ts';
export { HashedGramEmbedder } from './hashed-gram-embedder.ts';
export { InMemoryCovers } from './in-memory-covers.ts';
export { InMemoryOrderStore, InMemoryProductStore } from './in-memory-stores.ts';
export { orderStoreContract, productStoreContract } from './stores.contract.ts';
