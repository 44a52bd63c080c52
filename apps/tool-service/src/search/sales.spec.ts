import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDynamoProductStore, type ProductStore } from '@manga-assist/catalogue';
import { until } from '@manga-assist/foundation/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { SHELF } from '../testing/shelf.ts';
import { ToolServiceUnderTest } from '../testing/tool-service-under-test.ts';

const { signal } = new AbortController();
let stack: LocalStack;
let table: ProductStore;
let service: ToolServiceUnderTest;

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
  table = openDynamoProductStore({ table: 'manga-products' });
  await table.put(SHELF, signal);
  service = await new ToolServiceUnderTest({ table, config: { catalogueChangesMs: 100 } }).start();
}, 30_000);
afterAll(async () => {
  await service.close();
  await table.close();
  await stack.close();
});

const copies = async (volume: number) => (await service.call('check_manga_availability', { manga_id: 'MNG-PIRATES1', volume })).content['quantity'];
const card = async () => (await service.call('search_manga_catalog', { query: 'Sea of Pirates', max_results: 1 })).cards?.[0];

describe('a sale in the real table', () => {
  it('shows at once where stock is asked for, and with the next look at the changes wherever it is shown', async () => {
    expect(await copies(3)).toBe(1);
    expect((await card())?.stock).toEqual({ volumes: 4, volumes_in_stock: 3 });

    expect(await table.changeStock('MNG-PIRATES1', 3, -1, signal)).toEqual({ kind: 'changed', copies: 0 });

    expect(await copies(3)).toBe(0);
    await until('the sale on the card', async () => (await card())?.stock.volumes_in_stock === 2);
  });

  it('is made once, however many want the last copy, and all see it', async () => {
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => table.changeStock('MNG-PIRATES1', 4, -7, signal)));

    expect(outcomes.filter(({ kind }) => kind === 'changed')).toHaveLength(1);
    expect(await copies(4)).toBe(0);
  });

  it('at a new price shows it', async () => {
    await table.setPrice('MNG-PIRATES1', 610, signal);

    expect((await service.call('check_manga_availability', { manga_id: 'MNG-PIRATES1' })).content['price_jpy']).toBe(610);
    await until('the price on the card', async () => (await card())?.price_jpy === 610);
    expect(await service.find({ query: 'Sea of Pirates', max_price_jpy: 600 })).not.toContainEqual(expect.objectContaining({ manga_id: 'MNG-PIRATES1' }));
  });
});
