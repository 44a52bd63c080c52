import { describe, expect, it } from '@jest/globals';
import { estimateDailyCost, type DailyTraffic } from './index.ts';

const NOVEMBER = Date.UTC(2026, 10, 15);
const HAIKU_3 = 'anthropic.claude-3-haiku-20240307-v1:0';
const SONNET_3 = 'anthropic.claude-3-sonnet-20240229-v1:0';
const HAIKU_4_5 = { modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0', promptCacheMinimumTokens: 4_096, outputBurndown: 5 };
const SONNET_4_6 = { modelId: 'anthropic.claude-sonnet-4-6', promptCacheMinimumTokens: 2_048, outputBurndown: 5 };

/** The design study's day: a million messages, 80 % Haiku, 500 tokens in, 300 out. */
function aDay(changes: Partial<DailyTraffic> = {}): DailyTraffic {
  return {
    messagesPerDay: 1_000_000,
    routes: [
      { modelId: HAIKU_3, share: 0.8 },
      { modelId: SONNET_3, share: 0.2 },
    ],
    tokensPerCall: { question: 500, output: 300 },
    atMs: NOVEMBER,
    ...changes,
  };
}

const livingModels = [
  { ...HAIKU_4_5, share: 0.8 },
  { ...SONNET_4_6, share: 0.2 },
];

describe('a day of a million messages', () => {
  it('costs 400 USD on Haiku and 1,200 on Sonnet: 1,600 a day, 48,000 in thirty days', () => {
    const { routes, perDayUsd, perMonthUsd } = estimateDailyCost(aDay());

    expect(routes.map(({ inputUsd, outputUsd, totalUsd }) => [inputUsd, outputUsd, totalUsd].map(Math.round))).toEqual([
      [100, 300, 400],
      [300, 900, 1_200],
    ]);
    expect(perDayUsd).toBeCloseTo(1_600, 6);
    expect(perMonthUsd).toBeCloseTo(48_000, 6);
  });

  it('saves 7,200 USD a month when the response cache answers 15 % of everything', () => {
    const { savedByResponseCachePerMonthUsd, perMonthUsd } = estimateDailyCost(aDay({ responseCache: { share: 1, hitRatio: 0.15 } }));

    expect(savedByResponseCachePerMonthUsd).toBeCloseTo(7_200, 6);
    expect(perMonthUsd).toBeCloseTo(40_800, 6);
  });

  it('saves 2,880 of them when only the 40 % of single-turn messages may be cached', () => {
    expect(estimateDailyCost(aDay({ responseCache: { share: 0.4, hitRatio: 0.15 } })).savedByResponseCachePerMonthUsd).toBeCloseTo(2_880, 6);
  });

  it('costs 108,000 USD a month with 3,000 tokens of real input, 189,000 on living models', () => {
    const tokensPerCall = { question: 500, prefix: 1_500, context: 1_000, output: 300 };

    expect(estimateDailyCost(aDay({ tokensPerCall })).perMonthUsd).toBeCloseTo(108_000, 6);
    expect(estimateDailyCost(aDay({ tokensPerCall, routes: livingModels })).perMonthUsd).toBeCloseTo(189_000, 6);
  });

  it('costs 84,000 USD a month on living models', () => {
    expect(estimateDailyCost(aDay({ routes: livingModels })).perMonthUsd).toBeCloseTo(84_000, 6);
  });

  it('is nothing when everything comes from the cache', () => {
    expect(estimateDailyCost(aDay({ responseCache: { share: 1, hitRatio: 1 } }))).toMatchObject({ perMonthUsd: 0 });
  });
});

describe('the prompt cache in the estimate', () => {
  const withPrefix = (prefix: number) =>
    aDay({ routes: livingModels, tokensPerCall: { question: 0, prefix, output: 0 }, promptCache: { hitRatio: 0.95 } });

  it('brings a prefix of 2,500 tokens on Sonnet from 45,000 down to 7,088 USD a month', () => {
    const [, sonnet] = estimateDailyCost(withPrefix(2_500)).routes;

    expect(sonnet?.cachesPrompt).toBe(true);
    expect((sonnet?.totalUsd ?? 0) * 30).toBeCloseTo(7_087.5, 4);
  });

  it('saves nothing on Haiku 4.5, where that prefix is under the minimum', () => {
    const [haiku] = estimateDailyCost(withPrefix(2_500)).routes;

    expect(haiku).toMatchObject({ cachesPrompt: false, cacheReadUsd: 0, inputUsd: 2_000 });
  });

  it('brings a prefix of 4,500 tokens on Haiku 4.5 from 108,000 down to 17,010 USD a month', () => {
    const [haiku] = estimateDailyCost(withPrefix(4_500)).routes;

    expect((haiku?.totalUsd ?? 0) * 30).toBeCloseTo(17_010, 4);
  });

  it('saves nothing on a model without one', () => {
    const [haiku] = estimateDailyCost(aDay({ tokensPerCall: { question: 0, prefix: 9_000, output: 0 }, promptCache: { hitRatio: 1 } })).routes;

    expect(haiku).toMatchObject({ cachesPrompt: false, cacheReadUsd: 0 });
  });
});

describe('the rest of the estimate', () => {
  it('counts tool rounds and retries as calls, and other costs as they are', () => {
    const { modelsUsd, othersUsd, perDayUsd } = estimateDailyCost(
      aDay({ callsPerMessage: 2, retryShare: 0.1, otherCosts: [{ name: 'guardrails', usdPerDay: 100 }, { name: 'metrics', usdPerDay: 33 }] }),
    );

    expect(modelsUsd).toBeCloseTo(3_520, 6);
    expect(othersUsd).toBe(133);
    expect(perDayUsd).toBeCloseTo(3_653, 6);
  });

  it('gives the mean and the peak of requests a minute: 556 and 139 on average', () => {
    const { routes } = estimateDailyCost(aDay({ peakFactor: 5 }));

    expect(routes.map(({ requestsPerMinute: { mean, peak } }) => [Math.round(mean), Math.round(peak)])).toEqual([
      [556, 2_778],
      [139, 694],
    ]);
  });

  it('gives the quota: maxTokens are reserved, output is settled by its burndown', () => {
    const [route] = estimateDailyCost(
      aDay({ messagesPerDay: 1_440, routes: [{ ...SONNET_4_6, share: 1 }], maxTokens: 2_048 }),
    ).routes;

    expect(route?.quotaTokensPerMinute).toEqual({ reserved: 2_548, settled: 2_000 });
  });

  it('refuses shares that make no sense and models without a price', () => {
    expect(() => estimateDailyCost(aDay({ routes: [{ modelId: HAIKU_3, share: 0.5 }] }))).toThrow(/add up to 1/);
    expect(() => estimateDailyCost(aDay({ responseCache: { share: 1.5, hitRatio: 0 } }))).toThrow(RangeError);
    expect(() => estimateDailyCost(aDay({ routes: [{ modelId: 'unknown', share: 1 }] }))).toThrow(/no price/);
  });
});
