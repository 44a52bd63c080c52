import { describe, expect, it } from '@jest/globals';
import { PriceTable, priceUsage, readPrices } from './index.ts';

const NOVEMBER = Date.UTC(2026, 10, 15);
const usage = (inputTokens: number, outputTokens: number, cacheReadInputTokens = 0, cacheWriteInputTokens = 0) => ({
  inputTokens,
  outputTokens,
  cacheReadInputTokens,
  cacheWriteInputTokens,
});

describe('the price of a call', () => {
  it.each([
    ['anthropic.claude-3-haiku-20240307-v1:0', 1.5],
    ['anthropic.claude-3-sonnet-20240229-v1:0', 18],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 6],
    ['anthropic.claude-sonnet-4-6', 18],
    ['anthropic.claude-opus-4-7', 30],
    ['amazon.titan-embed-text-v2:0', 0.02],
    ['cohere.embed-multilingual-v3', 0.1],
  ])('of %s is %d USD for a million tokens in and a million out', (modelId, costUsd) => {
    expect(priceUsage(modelId, usage(1_000_000, 1_000_000), NOVEMBER).costUsd).toBeCloseTo(costUsd, 10);
  });

  it('counts cached tokens at their own prices', () => {
    const { costUsd } = priceUsage('anthropic.claude-sonnet-4-6', usage(1_000, 100, 2_375, 125), NOVEMBER);

    expect(costUsd).toBeCloseTo(0.003 + 0.0015 + 0.000_712_5 + 0.000_468_75, 12);
  });

  it('counts what is written to the cache for an hour at twice the input price, or at its own where there is one', () => {
    const written = { ...usage(0, 0, 0, 1_000_000), cacheWrite1hInputTokens: 400_000 };
    const own = readPrices([{ modelId: 'own.model', from: '2026-01-01', inputPerMillionUsd: 1, outputPerMillionUsd: 1, cacheReadPerMillionUsd: 1, cacheWritePerMillionUsd: 10, cacheWrite1hPerMillionUsd: 30, source: 'a test' }]);

    expect(priceUsage('anthropic.claude-sonnet-4-6', written, NOVEMBER).costUsd).toBeCloseTo(0.6 * 3.75 + 0.4 * 6, 10);
    expect(new PriceTable(own).price('own.model', written, NOVEMBER).costUsd).toBeCloseTo(0.6 * 10 + 0.4 * 30, 10);
  });

  it('is half in a batch', () => {
    expect(priceUsage('anthropic.claude-sonnet-4-6', usage(1_000_000, 0), NOVEMBER, { batch: true }).costUsd).toBeCloseTo(1.5, 10);
  });

  it('says which price was applied', () => {
    expect(priceUsage('anthropic.claude-3-sonnet-20240229-v1:0', usage(1, 1), NOVEMBER).priceVersion).toBe('2024-03-04');
  });

  it('is an error, not 0, for a model without a price, also by the id of an inference profile', () => {
    expect(() => priceUsage('unknown.model', usage(1, 1), NOVEMBER)).toThrow(expect.objectContaining({ kind: 'bug', code: 'pricing.no-price' }));
    expect(() => priceUsage('global.anthropic.claude-sonnet-4-6', usage(1, 1), NOVEMBER)).toThrow(/no price/);
  });

  it('is an error for a day before the first price', () => {
    expect(() => priceUsage('anthropic.claude-sonnet-4-6', usage(1, 1), Date.UTC(2020, 0, 1))).toThrow(/2020-01-01/);
  });

  it('is an error for cached tokens of a model that has no cache', () => {
    expect(() => priceUsage('anthropic.claude-3-haiku-20240307-v1:0', usage(1, 1, 5), NOVEMBER)).toThrow(/cache read/);
  });
});

describe('a price list', () => {
  const price = {
    modelId: 'm',
    from: '2026-01-01',
    inputPerMillionUsd: 1,
    outputPerMillionUsd: 2,
    cacheReadPerMillionUsd: null,
    cacheWritePerMillionUsd: null,
    source: 'a page',
  };

  it('applies the newest price that holds on the day of the call (UTC)', () => {
    const table = new PriceTable(readPrices([price, { ...price, from: '2026-06-01', inputPerMillionUsd: 3 }]));

    const lastMillisecondOfMay = Date.UTC(2026, 5, 1) - 1;

    expect(table.price('m', usage(1_000_000, 0), lastMillisecondOfMay)).toEqual({ costUsd: 1, priceVersion: '2026-01-01' });
    expect(table.price('m', usage(1_000_000, 0), lastMillisecondOfMay + 1)).toEqual({ costUsd: 3, priceVersion: '2026-06-01' });
  });

  it('goes before the shipped one where a customer has agreed on another', () => {
    const table = new PriceTable(readPrices([price])).extendedBy(readPrices([{ ...price, inputPerMillionUsd: 0.5 }, { ...price, modelId: 'own' }]));

    expect(table.price('m', usage(1_000_000, 0), NOVEMBER).costUsd).toBe(0.5);
    expect(table.price('own', usage(1_000_000, 0), NOVEMBER).costUsd).toBe(1);
  });

  it.each([
    ['a missing price', { ...price, inputPerMillionUsd: undefined }],
    ['a negative price', { ...price, outputPerMillionUsd: -1 }],
    ['a price that is text', { ...price, inputPerMillionUsd: '1' }],
    ['a missing cache price instead of null', { ...price, cacheReadPerMillionUsd: undefined }],
    ['a mistyped field', { ...price, inputPerMilionUsd: 1 }],
    ['a day that is not one', { ...price, from: '2026-1-1' }],
    ['no source', { ...price, source: '' }],
    ['an entry that is none', null],
  ])('with %s is refused', (_, entry) => {
    expect(() => readPrices([entry])).toThrow(expect.objectContaining({ code: 'pricing.invalid-prices' }));
  });

  it('that is no list, or says the same twice, is refused', () => {
    expect(() => readPrices({})).toThrow(/not a list/);
    expect(() => readPrices([price, price])).toThrow(/repeats/);
  });
});
