import { describe, expect, it } from '@jest/globals';
import { readQuotaBudgets } from './read-quota-budgets.ts';

describe('quotas in the configuration', () => {
  it('name a model, its tokens and its requests a minute', () => {
    expect(readQuotaBudgets(['global.anthropic.claude-haiku-4-5-20251001-v1:0=4000000/1000', 'a.b=1/2'])).toEqual({
      'global.anthropic.claude-haiku-4-5-20251001-v1:0': { tokensPerMinute: 4_000_000, requestsPerMinute: 1_000 },
      'a.b': { tokensPerMinute: 1, requestsPerMinute: 2 },
    });
    expect(readQuotaBudgets([])).toEqual({});
  });

  it.each([['a.b'], ['a.b=100'], ['=1/2'], ['a.b=0/5'], ['a.b=5/x'], ['a.b=1/2,a.b=1/2']])('are refused when they cannot be read: %s', (text) => {
    expect(() => readQuotaBudgets(text.split(','))).toThrow(expect.objectContaining({ kind: 'invalid', code: 'bedrock.invalid-quota' }));
  });
});
