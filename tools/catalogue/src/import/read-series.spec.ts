import { describe, expect, it } from '@jest/globals';
import { productFromLooseSeries } from './read-series.ts';

describe('a row of a list of series', () => {
  it('needs nothing but its native title', () => {
    expect(productFromLooseSeries({ native: '見本の海', romaji: null, themes: null })).toMatchObject({ titleJa: '見本の海', authors: [], startYear: 0, priceJpy: null });
  });

  it.each([
    [{ native: '年', startYear: '2001' }, 'startYear must be a year'],
    [{ native: '年', startYear: -5 }, 'start_year must be >= 0'],
    [{ native: '人', authors: 'x' }, 'authors must be a list of texts'],
    [{ native: '名'.repeat(301) }, 'title_ja must NOT have more than 300 characters'],
    [{ native: 5 }, 'has no native title'],
    [{ romaji: 'x' }, 'has no native title'],
    [['x'], 'is not an object'],
    [null, 'is not an object'],
  ])('is refused with the reason: %j', (row, problem) => {
    expect(() => productFromLooseSeries(row)).toThrow(problem);
  });
});
