import { describe } from '@jest/globals';
import { InMemoryOrderStore, InMemoryProductStore } from './in-memory-stores.ts';
import { orderStoreContract, productStoreContract } from './stores.contract.ts';

describe('InMemoryProductStore', () => productStoreContract(() => new InMemoryProductStore()));
describe('InMemoryOrderStore', () => orderStoreContract(() => new InMemoryOrderStore()));
