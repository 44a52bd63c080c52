import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Enrichment } from '../enrichment.ts';
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

    describe('with stock', () => {
      beforeAll(() => store.put([aProduct({ mangaId: 'MNG-STOCK001', stock: [3, 0, 5] })], signal));

      const stock = async () => (await store.get('MNG-STOCK001', signal))?.stock;

      it('sells and restocks copies of one volume', async () => {
        expect(await store.changeStock('MNG-STOCK001', 3, -2, signal)).toEqual({ kind: 'changed', copies: 3 });
        expect(await store.changeStock('MNG-STOCK001', 2, 4, signal)).toEqual({ kind: 'changed', copies: 4 });
        expect(await stock()).toEqual([3, 4, 3]);
      });

      it('sells no more than there are', async () => {
        expect(await store.changeStock('MNG-STOCK001', 1, -4, signal)).toEqual({ kind: 'not-enough', copies: 3 });
        expect((await stock())?.[0]).toBe(3);
      });

      it('sells the last copies once, however many want them', async () => {
        const outcomes = await Promise.all(Array.from({ length: 10 }, () => store.changeStock('MNG-STOCK001', 1, -1, signal)));

        expect(outcomes.filter(({ kind }) => kind === 'changed')).toHaveLength(3);
        expect((await stock())?.[0]).toBe(0);
      });

      it.each([0, 4, -1, 1.5])('knows no volume %p of three', async (volume) => {
        expect(await store.changeStock('MNG-STOCK001', volume, 1, signal)).toEqual({ kind: 'unknown-volume' });
      });

      it('knows no volume of a series it does not have', async () => {
        expect(await store.changeStock('MNG-NOSUCHID', 1, 1, signal)).toEqual({ kind: 'unknown-volume' });
        expect(await store.get('MNG-NOSUCHID', signal)).toBeUndefined();
      });

      it('has prices, known or not', async () => {
        expect(await store.setPrice('MNG-STOCK001', 660, signal)).toBe(true);
        expect((await store.get('MNG-STOCK001', signal))?.priceJpy).toBe(660);
        expect(await store.setPrice('MNG-STOCK001', null, signal)).toBe(true);
        expect((await store.get('MNG-STOCK001', signal))?.priceJpy).toBeNull();
        expect(await store.setPrice('MNG-NOSUCHID', 1, signal)).toBe(false);
      });
    });

    describe('enriched', () => {
      const before = aProduct({ mangaId: 'MNG-RICH0001', genres: ['action'], themes: ['friendship'], themesJa: ['友情'], synopsisJa: '' });
      beforeEach(() => store.put([before], signal));

      const enrichment = (jobId: string, about: Partial<Enrichment> = {}): Enrichment => ({
        changes: { genres: ['action', 'drama'], synopsisJa: '海の物語。' },
        expected: { genres: ['action'], synopsisJa: '' },
        provenance: { jobId, model: 'haiku', promptVersion: 'full-enrichment.v1', confidence: 0.9, decidedBy: 'rules', atMs: 1_795_000_000_000 },
        ...about,
      });

      it('takes a change once per job', async () => {
        expect(await store.enrich(before.mangaId, enrichment('job-1'), signal)).toBe('applied');
        expect(await store.enrich(before.mangaId, enrichment('job-1'), signal)).toBe('already-applied');
        expect(await store.get(before.mangaId, signal)).toEqual({ ...before, genres: ['action', 'drama'], synopsisJa: '海の物語。' });
      });

      it('takes no change of what says something else by now', async () => {
        await store.enrich(before.mangaId, enrichment('job-1'), signal);

        expect(await store.enrich(before.mangaId, enrichment('job-2'), signal)).toBe('outdated');
        expect(await store.enrich('MNG-NOSUCHID', enrichment('job-2'), signal)).toBe('not-found');
      });

      it('puts back what was there, once', async () => {
        await store.enrich(before.mangaId, enrichment('job-1'), signal);

        expect(await store.undoEnrichment(before.mangaId, 'job-1', signal)).toBe('undone');
        expect(await store.get(before.mangaId, signal)).toEqual(before);
        expect(await store.undoEnrichment(before.mangaId, 'job-1', signal)).toBe('already-undone');
        expect(await store.enrich(before.mangaId, enrichment('job-1'), signal)).toBe('already-applied');
      });

      it('puts back once for many who ask together', async () => {
        await store.enrich(before.mangaId, enrichment('job-1'), signal);

        const outcomes = await Promise.all(Array.from({ length: 5 }, () => store.undoEnrichment(before.mangaId, 'job-1', signal)));

        expect(outcomes.toSorted()).toEqual(['already-undone', 'already-undone', 'already-undone', 'already-undone', 'undone']);
      });

      it('knows nothing of a job once the product was put anew', async () => {
        await store.enrich(before.mangaId, enrichment('job-1'), signal);
        await store.put([before], signal);

        expect(await store.undoEnrichment(before.mangaId, 'job-1', signal)).toBe('not-applied');
      });

      it('puts nothing back over a later change', async () => {
        await store.enrich(before.mangaId, enrichment('job-1'), signal);
        await store.enrich(before.mangaId, enrichment('job-2', { changes: { genres: ['drama'] }, expected: { genres: ['action', 'drama'] } }), signal);

        expect(await store.undoEnrichment(before.mangaId, 'job-1', signal)).toBe('outdated');
        expect(await store.undoEnrichment(before.mangaId, 'job-2', signal)).toBe('undone');
        expect(await store.undoEnrichment(before.mangaId, 'never', signal)).toBe('not-applied');
        expect(await store.undoEnrichment('MNG-NOSUCHID', 'job-1', signal)).toBe('not-found');
      });
    });

    it('tells what has changed since a moment, in whatever way', async () => {
      const began = Date.now();
      await store.put([aProduct({ mangaId: 'MNG-NEWS0001' }), aProduct({ mangaId: 'MNG-NEWS0002', stock: [1] })], signal);
      await store.changeStock('MNG-STOCK001', 2, 1, signal);

      const { products, moment } = await store.changedSince(began, signal);

      expect(products.map(({ mangaId }) => mangaId)).toEqual(expect.arrayContaining(['MNG-NEWS0001', 'MNG-NEWS0002', 'MNG-STOCK001']));
      expect(products.find(({ mangaId }) => mangaId === 'MNG-STOCK001')).toEqual(await store.get('MNG-STOCK001', signal));
      expect(moment).toBeGreaterThanOrEqual(began);
      expect((await store.changedSince(moment + 3_600_000, signal)).products).toEqual([]);
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
