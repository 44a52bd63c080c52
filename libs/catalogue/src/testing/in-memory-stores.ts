import type { Product } from '../product.ts';
import { OrderStore, ProductStore, type Order } from '../stores.ts';

export class InMemoryProductStore extends ProductStore {
  readonly #products = new Map<string, Product>();

  constructor(products: readonly Product[] = []) {
    super();
    for (const product of products) this.#products.set(product.mangaId, product);
  }

  async get(mangaId: string, signal: AbortSignal): Promise<Product | undefined> {
    signal.throwIfAborted();
    return this.#products.get(mangaId);
  }

  async *all(signal: AbortSignal): AsyncIterable<readonly Product[]> {
    signal.throwIfAborted();
    if (this.#products.size > 0) yield [...this.#products.values()];
  }

  async put(products: readonly Product[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (const product of products) this.#products.set(product.mangaId, product);
  }

  async isReachable(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {}
}

export class InMemoryOrderStore extends OrderStore {
  readonly #orders = new Map<string, Order>();

  async get({ tenantId, subject }: { tenantId: string; subject: string }, orderId: string): Promise<Order | undefined> {
    return this.#orders.get(JSON.stringify([tenantId, subject, orderId]));
  }

  async put({ tenantId, subject }: { tenantId: string; subject: string }, order: Order): Promise<void> {
    this.#orders.set(JSON.stringify([tenantId, subject, order.orderId]), order);
  }

  async close(): Promise<void> {}
}
