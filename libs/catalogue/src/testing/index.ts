export { aProduct } from './a-product.ts';
export { InMemoryOrderStore, InMemoryProductStore } from './in-memory-stores.ts';
