import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openOpenSearchCatalogueSearch } from '@manga-assist/catalogue';
import { until } from '@manga-assist/foundation/testing';
import { SHELF } from '../testing/shelf.ts';
import { ToolServiceUnderTest } from '../testing/tool-service-under-test.ts';

/** Against a real node, at OPENSEARCH_URL. */
const url = process.env['OPENSEARCH_URL'] ?? '';
const index = `tool-service-${randomUUID()}`;
const { signal } = new AbortController();
const search = openOpenSearchCatalogueSearch({ url, index, timeoutMs: 10_000 });
let service: ToolServiceUnderTest;

beforeAll(async () => {
  service = await new ToolServiceUnderTest({ products: SHELF, search, config: { catalogueSearch: 'opensearch', catalogueChangesMs: 200, catalogueRefreshMs: 1_000 } }).start();
});
afterAll(async () => {
  await service.close();
  await search.close();
});

const found = async (input: Record<string, unknown>) => (await service.post('search_manga_catalog', { tool_use_id: 'use_1', input })).status;
const card = async () => (await service.call('search_manga_catalog', { query: 'Sea of Pirates', max_results: 1 })).cards?.[0];
const inStock = async () => (await service.find({ query: 'pirates and ships', in_stock: true })).map(({ manga_id }) => manga_id);

describe('a catalogue in OpenSearch', () => {
  it('shows a sale of the last copy of a volume, and of a series, as soon as the index does', async () => {
    await until('the catalogue to be found', async () => (await found({ query: 'Sea of Pirates' })) === 200 && (await card())?.stock.volumes_in_stock === 3);
    expect(await inStock()).toContain('MNG-PIRATES1');

    await service.products.changeStock('MNG-PIRATES1', 3, -1, signal);
    await until('the volume to be sold out', async () => (await card())?.stock.volumes_in_stock === 2);
    await service.products.changeStock('MNG-PIRATES1', 1, -3, signal);
    await service.products.changeStock('MNG-PIRATES1', 4, -7, signal);

    await until('the series to be sold out', async () => !(await inStock()).includes('MNG-PIRATES1'));
  });

  it('is unavailable while its index is gone, and is filled again', async () => {
    const before = Object.keys((await (await fetch(`${url}/_alias/${index}`)).json()) as object);
    expect(before).toHaveLength(1);
    await fetch(`${url}/${String(before[0])}`, { method: 'DELETE' });

    expect(await found({ query: 'something that nobody asked before' })).toBe(503);
    await until('the index to be filled again', async () => (await found({ query: 'Harbour Lights, again' })) === 200);

    expect((await service.find({ query: 'Harbour Lights' })).map(({ manga_id }) => manga_id)).toContain('MNG-SMUGGLE1');
  });
});
