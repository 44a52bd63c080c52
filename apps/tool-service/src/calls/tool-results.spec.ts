import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import type { ProductCard, ToolCallResponse } from '@manga-assist/schemas/tools';
import { PIRATES, SHELF } from '../testing/shelf.ts';
import { SHOPPER, ToolServiceUnderTest, type UnderTestOptions } from '../testing/tool-service-under-test.ts';

const CHANGES_MS = 700;
const { signal } = new AbortController();
let service: ToolServiceUnderTest;
let timers: StoppedTimers;
let searches: number;

afterEach(() => service.close());

/** A service that counts how often the search is really asked; `before` may slow it down. */
async function start(options: UnderTestOptions = {}, before: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
  timers = new StoppedTimers();
  searches = 0;
  service = new ToolServiceUnderTest({ products: SHELF, timers, ...options, config: { catalogueChangesMs: CHANGES_MS, ...options.config } });
  const search = service.search.search.bind(service.search);
  service.search.search = async (query, end) => {
    searches++;
    await before();
    return search(query, end);
  };
  await service.start();
}

/** Lets the service look at what has changed in the table. */
async function afterChanges(): Promise<void> {
  const changes = async () => service.metric('manga_catalogue_readings_total{kind="changes",outcome="success"');
  const before = await changes();
  timers.advance(CHANGES_MS);
  await until('a look at the changes', async () => (await changes()) !== before);
}

const pirates = (more: Record<string, unknown> = {}, options: Parameters<ToolServiceUnderTest['call']>[2] = {}) =>
  service.call('search_manga_catalog', { query: 'Sea of Pirates', max_results: 1, ...more }, options);
const cardOf = ({ cards }: ToolCallResponse): ProductCard | undefined => cards?.[0];

describe('the result of a search', () => {
  it('is found once and given again, under the id of each call', async () => {
    await start();
    const first = await pirates();
    const again = await service.post('search_manga_catalog', { tool_use_id: 'use_2', input: { max_results: 1, query: 'Sea of Pirates' }, language: 'en' });

    expect(await again.json()).toEqual({ ...first, tool_use_id: 'use_2' });
    expect(searches).toBe(1);
    expect(await service.metric('manga_tool_results_total{tool="search_manga_catalog",origin="kept"')).toBe(1);
  });

  it('is found once for all who ask at the same time', async () => {
    const gate = Promise.withResolvers<void>();
    await start({}, () => gate.promise);
    const answers = Array.from({ length: 5 }, () => pirates());
    await until('the search', () => searches > 0);
    gate.resolve();

    expect(new Set((await Promise.all(answers)).map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(searches).toBe(1);
  });

  it('of one caller who leaves is still found for the other', async () => {
    const gate = Promise.withResolvers<void>();
    await start({}, () => gate.promise);
    const leaver = new AbortController();
    const left = pirates({}, { signal: leaver.signal }).catch(() => 'left');
    await until('the search', () => searches > 0);
    const stayed = pirates();
    leaver.abort();
    expect(await left).toBe('left');
    gate.resolve();

    expect(await stayed).toMatchObject({ status: 'success' });
  });

  it.each<[string, Record<string, unknown>, Parameters<ToolServiceUnderTest['call']>[2]]>([
    ['words', { query: 'Sea of pirates' }, {}],
    ['limits', { in_stock: true }, {}],
    ['language', {}, { language: 'ja' }],
    ['tenant', {}, { as: { ...SHOPPER, principal: { ...SHOPPER.principal, tenantId: 'other-store' } } }],
  ])('of other %s is found anew', async (_what, more, options) => {
    await start();
    await pirates();
    await pirates(more, options);

    expect(searches).toBe(2);
  });

  it('is found anew when copies were sold, and says so', async () => {
    await start();
    expect(cardOf(await pirates())?.stock).toEqual({ volumes: 4, volumes_in_stock: 3 });

    expect(await service.products.changeStock('MNG-PIRATES1', 3, -1, signal)).toEqual({ kind: 'changed', copies: 0 });
    await afterChanges();

    expect(cardOf(await pirates())?.stock).toEqual({ volumes: 4, volumes_in_stock: 2 });
    expect(searches).toBe(2);
  });

  it('is kept while copies are sold that are not the last of their volume, for it tells of no more', async () => {
    await start();
    await pirates();
    expect(await service.products.changeStock('MNG-PIRATES1', 1, -1, signal)).toEqual({ kind: 'changed', copies: 2 });
    await afterChanges();
    await pirates();
    expect(searches).toBe(1);

    expect(await service.products.changeStock('MNG-PIRATES1', 1, -2, signal)).toEqual({ kind: 'changed', copies: 0 });
    await afterChanges();

    expect(cardOf(await pirates())?.stock).toEqual({ volumes: 4, volumes_in_stock: 2 });
    expect(searches).toBe(2);
  });

  it('is found anew when a price has changed', async () => {
    await start();
    await pirates();
    await service.products.setPrice('MNG-PIRATES1', 610, signal);
    await afterChanges();

    expect(cardOf(await pirates())?.price_jpy).toBe(610);
  });

  it('is kept while nothing changes, and not when nothing may be kept', async () => {
    await start();
    await pirates();
    await afterChanges();
    await pirates();
    expect(searches).toBe(1);
    await service.close();

    await start({ config: { resultCacheMs: 0 } });
    await pirates();
    await pirates();
    expect(searches).toBe(2);
  });

  it('is not kept while an index outside may still tell what was before', async () => {
    await start({ config: { catalogueSearch: 'opensearch', opensearchService: 'aoss' } });
    await pirates();
    await pirates();

    expect(searches).toBe(2);
  });

  it('is not kept when it is a failure', async () => {
    let isDown = true;
    await start({}, () => (isDown ? Promise.reject(new Error('down')) : Promise.resolve()));
    const failed = await service.post('search_manga_catalog', { tool_use_id: 'use_1', input: { query: 'Sea of Pirates', max_results: 1 }, language: 'en' });
    expect(failed.status).toBe(500);
    isDown = false;

    expect(await pirates()).toMatchObject({ status: 'success' });
  });
});

describe('stock', () => {
  it('is that of the table at once: a sale shows in the next answer', async () => {
    await start();
    const copies = async () => (await service.call('check_manga_availability', { manga_id: 'MNG-PIRATES1', volume: 1 })).content['quantity'];
    expect(await copies()).toBe(3);

    await service.products.changeStock('MNG-PIRATES1', 1, -2, signal);

    expect(await copies()).toBe(1);
    expect((await service.call('get_manga_details', { manga_id: 'MNG-PIRATES1' })).cards?.[0]?.stock.volumes_in_stock).toBe(3);
  });
});

describe('the cards beside a result', () => {
  it('show each series that the model reads, in its order, for people', async () => {
    await start({ config: { coversUrl: 'https://covers.example/' } });
    const { content, cards } = await service.call('find_similar_manga', { title: '海賊の海', max_results: 3 }, { language: 'ja' });

    expect(cards?.map(({ manga_id }) => manga_id)).toEqual((content['results'] as { manga_id: string }[]).map(({ manga_id }) => manga_id));
    expect(cards?.[0]).toEqual({
      manga_id: 'MNG-SMUGGLE1',
      title_ja: '港の灯',
      title_romaji: 'Minato no Hi',
      title_en: 'Harbour Lights',
      authors: ['灯台守'],
      price_jpy: 900,
      stock: { volumes: 3, volumes_in_stock: 2 },
      cover_url: 'https://covers.example/covers/MNG-SMUGGLE1.png',
      reason: '「海賊の海」との共通点：海賊、船、冒険',
    });
  });

  it('tell of the volume that was asked for, and of no cover where there are none', async () => {
    await start();

    expect((await service.call('check_manga_availability', { manga_id: 'MNG-PIRATES1', volume: 2 })).cards).toEqual([
      expect.objectContaining({ stock: { volumes: 4, volumes_in_stock: 3, volume: 2, quantity: 0 }, cover_url: null, price_jpy: 528 }),
    ]);
  });

  it('are clean, and none where no series is shown', async () => {
    const hostile = { ...PIRATES, mangaId: 'MNG-HOSTILE1', titleEn: 'Storm\u202e\u200b\nSea', titleJa: '嵐の海', stock: [1] };
    await start({ products: [...SHELF, hostile] });

    expect((await service.call('search_manga_catalog', { query: '嵐の海' })).cards?.[0]).toMatchObject({ manga_id: 'MNG-HOSTILE1', title_en: 'Storm Sea' });
    expect(await service.call('search_manga_catalog', { query: 'qqqq zzzz xxxx', max_price_jpy: 1 })).not.toHaveProperty('cards');
    expect(await service.call('get_order_status', { order_id: 'ORD-00000000' })).not.toHaveProperty('cards');
  });
});
