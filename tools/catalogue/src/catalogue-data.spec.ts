import { readFileSync } from 'node:fs';
import { DEMOGRAPHICS, GENRES, productFromRecord, type SeriesRecord } from '@manga-assist/catalogue';
import { describe, expect, it } from '@jest/globals';
import type { CustomerRecord } from './customer-record.ts';
import { orderFromRecord, type OrderRecord } from './order-record.ts';
import { readLines } from './read-lines.ts';

const series = readLines<SeriesRecord>('series.ndjson');
const customers = readLines<CustomerRecord>('customers.ndjson');
const orders = readLines<OrderRecord>('orders.ndjson');

const KATAKANA = /^[ァ-ヺー・ヽヾ]+$/;
const CONTENT_FLAGS = ['violence', 'gore', 'nudity', 'ecchi', 'sexual-content', 'drugs'];
const TODAY = Date.UTC(2026, 0, 31);

/** The series of which something is not true: a whole list of the wrong ones says more than the first. */
const exceptions = (isFine: (record: SeriesRecord) => boolean): string[] => series.filter((record) => !isFine(record)).map(({ title_ja }) => title_ja);

const repeated = (values: readonly string[]): string[] => values.filter((value, index) => values.indexOf(value) !== index);

describe('the catalogue', () => {
  it('holds at least 300 series, each once', () => {
    expect(series.length).toBeGreaterThanOrEqual(300);
    expect(repeated(series.map(({ manga_id }) => manga_id))).toEqual([]);
    expect(repeated(series.map(({ title_ja }) => title_ja))).toEqual([]);
    expect(exceptions(({ manga_id }) => /^MNG-[A-Z0-9]{8}$/.test(manga_id))).toEqual([]);
  });

  it('has the same fields in the same order on every line', () => {
    const names = Object.keys(series[0] ?? {}).join();

    expect(exceptions((record) => Object.keys(record).join() === names)).toEqual([]);
  });

  it('says everything about each series', () => {
    const texts = ['title_en', 'title_ja', 'title_romaji', 'publisher', 'synopsis_en', 'synopsis_ja'] as const;

    expect(exceptions((record) => texts.every((field) => record[field].trim() === record[field] && record[field] !== ''))).toEqual([]);
    expect(exceptions(({ authors }) => authors.length > 0 && authors.every(({ name, romaji }) => name !== '' && romaji !== ''))).toEqual([]);
    expect(exceptions(({ aliases }) => aliases.every((alias) => alias.trim() !== ''))).toEqual([]);
    expect(exceptions(({ start_year, end_year }) => start_year >= 1930 && start_year <= 2026 && (end_year === null || end_year >= start_year))).toEqual([]);
    expect(exceptions(({ status, end_year }) => (status === 'finished') === (end_year !== null) && ['finished', 'ongoing', 'hiatus'].includes(status))).toEqual([]);
    expect(exceptions(({ price_jpy }) => price_jpy !== null && Number.isInteger(price_jpy) && price_jpy >= 300 && price_jpy <= 5_000)).toEqual([]);
  });

  it('writes readings in katakana', () => {
    expect(exceptions(({ title_kana, authors }) => KATAKANA.test(title_kana) && authors.every(({ kana }) => KATAKANA.test(kana)))).toEqual([]);
  });

  it('keeps to the lists of kinds', () => {
    expect(exceptions(({ demographic }) => demographic !== '' && DEMOGRAPHICS.includes(demographic))).toEqual([]);
    expect(exceptions(({ genres }) => genres.length > 0 && genres.every((genre) => GENRES.includes(genre)) && repeated(genres).length === 0)).toEqual([]);
    expect(exceptions(({ content_flags }) => content_flags.every((flag) => CONTENT_FLAGS.includes(flag)))).toEqual([]);
    expect(exceptions(({ themes, themes_ja }) => themes.length >= 4 && themes.length === themes_ja.length)).toEqual([]);
  });

  it('has a stock for every volume', () => {
    expect(exceptions(({ stock, volumes }) => volumes > 0 && stock.length === volumes && stock.every((copies) => Number.isInteger(copies) && copies >= 0))).toEqual([]);
  });

  it('has every series of which facts were checked by hand', () => {
    const facts = JSON.parse(readFileSync(new URL('../fixtures/series-facts.json', import.meta.url), 'utf8')) as { series: { native: string }[] };
    const titles = new Set(series.map(({ title_ja }) => title_ja));

    expect(facts.series.length).toBeGreaterThan(80);
    expect(facts.series.map(({ native }) => native).filter((native) => !titles.has(native))).toEqual([]);
  });
});

describe('the demo customers and their orders', () => {
  const products = new Map(series.map((record) => [record.manga_id, productFromRecord(record)]));

  it('belong together', () => {
    expect(customers.map(({ subject }) => subject)).toEqual(['demo-customer-1', 'demo-customer-2', 'demo-customer-3']);
    expect(orders.filter(({ subject }) => !customers.some((customer) => customer.subject === subject))).toEqual([]);
    expect(repeated(orders.map(({ order_id }) => order_id))).toEqual([]);
    expect(orders.filter(({ order_id }) => !/^ORD-[A-Z0-9]{8}$/.test(order_id))).toEqual([]);
    expect(orders).toContainEqual(expect.objectContaining({ order_id: 'ORD-7K2M9Q4X', subject: 'demo-customer-1' }));
  });

  it('are for volumes that exist', () => {
    const items = orders.flatMap((order) => order.items);

    expect(items.filter(({ manga_id, volume }) => volume < 1 || volume > (products.get(manga_id)?.volumes ?? 0))).toEqual([]);
    expect(items.filter(({ quantity }) => quantity < 1)).toEqual([]);
  });

  it('are as old as their status says, whenever they are seeded', () => {
    const record: OrderRecord = {
      order_id: 'ORD-AAAAAAAA',
      subject: 'demo-customer-1',
      status: 'shipped',
      placed_days_ago: 31,
      delivery_in_days: 1,
      items: [{ manga_id: 'MNG-VXWSQY6X', volume: 3, quantity: 2 }],
    };

    expect(orderFromRecord(record, products, TODAY)).toEqual({
      orderId: 'ORD-AAAAAAAA',
      status: 'shipped',
      placedAt: '2025-12-31T00:00:00.000Z',
      estimatedDelivery: '2026-02-01',
      items: [{ mangaId: 'MNG-VXWSQY6X', titleJa: 'よつばと!', titleEn: 'Yotsuba&!', volume: 3, quantity: 2, priceJpy: products.get('MNG-VXWSQY6X')?.priceJpy }],
    });
    expect(orderFromRecord({ ...record, delivery_in_days: null }, products, TODAY).estimatedDelivery).toBeNull();
  });

  it('cannot be for a series that the catalogue has not', () => {
    const record = { ...(orders[0] as OrderRecord), items: [{ manga_id: 'MNG-00000000', volume: 1, quantity: 1 }] };

    expect(() => orderFromRecord(record, products, TODAY)).toThrow('MNG-00000000');
  });
});
