import { describe, expect, it } from '@jest/globals';
import { costInWords } from './cost-in-words.ts';
import { reportCost } from './cost-report.ts';
import { readOptions, UsageError } from './options.ts';

const NOVEMBER = Date.UTC(2026, 10, 15);
const report = (...args: string[]) => reportCost(readOptions(args, NOVEMBER).inputs);

describe('the cost of a day', () => {
  it("is the design study's 1,600 USD, 48,000 in thirty days, with 7,200 saved", () => {
    const { study } = report();

    expect(study.withoutCache.routes.map(({ inputUsd, outputUsd, totalUsd }) => [inputUsd, outputUsd, totalUsd].map(Math.round))).toEqual([
      [100, 300, 400],
      [300, 900, 1_200],
    ]);
    expect(study.withoutCache.perDayUsd).toBeCloseTo(1_600, 6);
    expect(study.withoutCache.perMonthUsd).toBeCloseTo(48_000, 6);
    expect(study.withCache.savedByResponseCachePerMonthUsd).toBeCloseTo(7_200, 6);
  });

  it('is told in words that hold these figures', () => {
    const words = costInWords(report());

    expect(words).toContain('$1,600 a day, $48,000 in thirty days; a cache that answers 15 % saves $7,200');
    expect(words).toContain("under this model's cache minimum");
  });

  it('becomes 84,000 on models that are alive and 189,000 with the whole prompt', () => {
    const { steps } = report().honest;

    expect(steps.slice(0, 3).map(({ perMonthUsd }) => Math.round(perMonthUsd))).toEqual([48_000, 84_000, 189_000]);
  });

  it('caches the prompt of Sonnet and not that of Haiku, whose minimum is not met', () => {
    const { routes } = report().honest.result;

    expect(routes.map(({ cachesPrompt }) => cachesPrompt)).toEqual([false, true]);
    expect(report('--prefix', '4500').honest.result.routes.map(({ cachesPrompt }) => cachesPrompt)).toEqual([true, true]);
  });

  it('lets the response cache save on single turns only', () => {
    const saved = (singleTurn: string) => report('--single-turn', singleTurn).honest.result.savedByResponseCachePerMonthUsd;

    expect(saved('0')).toBe(0);
    expect(saved('0.4') / saved('1')).toBeCloseTo(0.4, 6);
  });

  it('asks for the quota of the busiest minute', () => {
    const [haiku] = report('--calls', '1', '--retries', '0', '--cache-hits', '0', '--peak', '5').honest.result.routes;

    expect(haiku?.requestsPerMinute.mean).toBeCloseTo(555.6, 1);
    expect(haiku?.requestsPerMinute.peak).toBeCloseTo(2_777.8, 1);
    expect(haiku?.quotaTokensPerMinute.reserved).toBeCloseTo(2_777.8 * (3_000 + 1_024), -3);
  });

  it('adds what else is paid', () => {
    const plain = report().honest.result.perDayUsd;

    expect(report('--other', 'guardrails=310', '--other', 'search=45').honest.result.perDayUsd - plain).toBeCloseTo(355, 6);
    expect(report().honest.result.othersUsd).toBeCloseTo(4, 6);
  });

  it.each([[['--haiku-share', '1.5']], [['--messages', 'many']], [['--at', 'today']], [['--other', 'x']], [['--calls', '0']], [['--unknown']], [['--question', '']]])(
    'refuses %j',
    (args) => {
      expect(() => readOptions(args)).toThrow(expect.objectContaining({ exitCode: 2 }));
    },
  );

  it('prints its help', () => {
    expect(() => readOptions(['--help'])).toThrow(UsageError);
    expect(() => readOptions(['--help'])).toThrow(expect.objectContaining({ exitCode: 0, message: expect.stringContaining('--prompt-cache-hits') }));
  });

  it('guesses no model', () => {
    expect(() => report('--sonnet', 'anthropic.unknown')).toThrow(/not in the model catalogue/);
  });
});
