import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, OrderStore, ProductStore } from '../stores.ts';
import { aProduct } from './a-product.ts';

const { signal } = new AbortController();

/** What every ProductStore promises. `open` gives an empty one. */
export function productStoreContract(open: () => Promise<ProductStore> | ProductStore): void {
  describe('as a ProductStore', () => {
    let store: ProductStore;
    beforeAll(async () => void (store = await open()));
    afterAll(() => store.close());

    const all = async (): Promise<string[]> => {
      const ids: string[] = [];
      for await (const page of store.all(signal)) ids.push(...page.map(({ mangaId }) => mangaId));
      return ids.sort();
    };

    it('is empty at first', async () => {
      expect(await all()).toEqual([]);
      expect(await store.get('MNG-NOSUCHID', signal)).toBeUndefined();
    });

    it('gives products back as they were put, more than fit into one write', async () => {
      const products = Array.from({ length: 60 }, (_, index) =>
        aProduct({ mangaId: `MNG-SHELF${String(index).padStart(3, '0')}`, endYear: index % 2 === 0 ? null : 2010, contentFlags: [], stock: [index, 0, 7] }),
      );
      await store.put(products, signal);

      expect(await all()).toEqual(products.map(({ mangaId }) => mangaId));
      expect(await store.get('MNG-SHELF041', signal)).toEqual(products[41]);
    });

    it('replaces a product that is put again', async () => {
      const product = aProduct({ mangaId: 'MNG-SHELF000', stock: [1] });
      await store.put([product], signal);

      expect(await store.get('MNG-SHELF000', signal)).toEqual(product);
      expect(await all()).toHaveLength(60);
    });

    it('is reachable', async () => {
      expect(await store.isReachable(signal)).toBe(true);
    });
  });
}

/** What every OrderStore promises. `open` gives an empty one. */
export function orderStoreContract(open: () => Promise<OrderStore> | OrderStore): void {
  describe('as an OrderStore', () => {
    let store: OrderStore;
    beforeAll(async () => void (store = await open()));
    afterAll(() => store.close());

    const shopper = { tenantId: 'store', subject: 'demo-customer-1' };
    const order: Order = {
      orderId: 'ORD-TEST0001',
      status: 'shipped',
      placedAt: '2026-11-01T09:00:00.000Z',
      estimatedDelivery: null,
      items: [{ mangaId: 'MNG-SHELF001', titleJa: '作品', titleEn: 'Series', volume: 3, quantity: 2, priceJpy: 528 }],
    };

    it('gives an order back to its owner', async () => {
      await store.put(shopper, order, signal);

      expect(await store.get(shopper, 'ORD-TEST0001', signal)).toEqual(order);
    });

    it.each([
      ['another shopper', { tenantId: 'store', subject: 'demo-customer-2' }],
      ['another store', { tenantId: 'other', subject: 'demo-customer-1' }],
      ['a subject that spells a key', { tenantId: 'store#U#demo-customer-1', subject: '' }],
      ['a subject that continues a key', { tenantId: 'store', subject: 'demo-customer-1#ORDER' }],
    ])('gives it to nobody else: %s', async (_, owner) => {
      expect(await store.get(owner, 'ORD-TEST0001', signal)).toBeUndefined();
    });

    it('keeps apart orders with one id and two owners', async () => {
      const neighbour = { tenantId: 'store', subject: 'neighbour' };
      await store.put(neighbour, { ...order, status: 'placed' }, signal);

      expect((await store.get(shopper, 'ORD-TEST0001', signal))?.status).toBe('shipped');
      expect((await store.get(neighbour, 'ORD-TEST0001', signal))?.status).toBe('placed');
    });
  });
}
