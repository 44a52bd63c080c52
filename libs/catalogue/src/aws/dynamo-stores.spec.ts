import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import type { OrderStore, ProductStore } from '../stores.ts';
import { aProduct } from '../testing/a-product.ts';
import { orderStoreContract, productStoreContract } from '../testing/stores.contract.ts';
import { openDynamoOrderStore } from './dynamo-order-store.ts';
import { openDynamoProductStore } from './dynamo-product-store.ts';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
}, 30_000);

afterAll(() => stack.close());

describe('DynamoProductStore', () => {
  productStoreContract(() => openDynamoProductStore({ table: 'manga-products' }));
});

describe('DynamoOrderStore', () => {
  orderStoreContract(() => openDynamoOrderStore({ table: 'manga-orders' }));
});

describe('DynamoDB', () => {
  const owner = { tenantId: 'store', subject: 'demo-customer-1' };

  async function withEndpoint(endpoint: string, use: (products: ProductStore, orders: OrderStore) => Promise<void>): Promise<void> {
    const earlier = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = endpoint;
    const products = openDynamoProductStore({ table: 'manga-products' });
    const orders = openDynamoOrderStore({ table: 'manga-orders' });
    try {
      await use(products, orders);
    } finally {
      process.env['AWS_ENDPOINT_URL_DYNAMODB'] = earlier;
      await Promise.all([products.close(), orders.close()]);
    }
  }

  it('that is not there is unavailable', () =>
    withEndpoint('http://127.0.0.1:1', async (products, orders) => {
      const { signal } = new AbortController();

      expect(await products.isReachable(signal)).toBe(false);
      await expect(products.get('MNG-SHELF001', signal)).rejects.toMatchObject({ kind: 'unavailable', code: 'catalogue.unavailable', retryAfterMs: 1_000 });
      await expect(orders.get(owner, 'ORD-TEST0001', signal)).rejects.toMatchObject({ kind: 'unavailable', code: 'catalogue.unavailable' });
    }));

  it('that does not answer costs no more than the caller’s deadline', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      await withEndpoint(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, async (products, orders) => {
        expect(await products.isReachable(AbortSignal.timeout(50))).toBe(false);
        await expect(products.get('MNG-SHELF001', AbortSignal.timeout(50))).rejects.toMatchObject({ kind: 'timed-out' });
        await expect(products.put([aProduct()], AbortSignal.timeout(50))).rejects.toMatchObject({ kind: 'timed-out' });
        await expect(products.all(AbortSignal.timeout(50))[Symbol.asyncIterator]().next()).rejects.toMatchObject({ kind: 'timed-out' });
        await expect(orders.get(owner, 'ORD-TEST0001', AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
      });
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });
});
