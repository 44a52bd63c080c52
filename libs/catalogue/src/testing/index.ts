export { aProduct } from './a-product.ts';
export { catalogueSearchContract, type CatalogueSearchContract, SHELF } from './catalogue-search.contract.ts';
export { coversContract } from './covers.contract.ts';
export { HashedGramEmbedder } from './hashed-gram-embedder.ts';
export { InMemoryCovers } from './in-memory-covers.ts';
export { InMemoryOrderStore, InMemoryProductStore } from './in-memory-stores.ts';
export { orderStoreContract, productStoreContract } from './stores.contract.ts';
