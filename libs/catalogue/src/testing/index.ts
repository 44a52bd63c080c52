export { aProduct } from './a-product.ts';
export { catalogueSearchContract, type CatalogueSearchContract, SHELF } from './catalogue-search.contract.ts';
export { HashedGramEmbedder } from './hashed-gram-embedder.ts';
export { InMemoryOrderStore, InMemoryProductStore } from './in-memory-stores.ts';
export { orderStoreContract, productStoreContract } from './stores.contract.ts';
