import { describe, expect, it } from '@jest/globals';
import { cacheKey } from './cache-key.ts';

describe('a cache key', () => {
  it('is a namespace and a whole SHA-256', () => {
    expect(cacheKey({ query: 'ワンピース' })).toMatch(/^manga:fm:query:v1:[0-9a-f]{64}$/);
  });

  it('is the same whatever the order of the parts', () => {
    expect(cacheKey({ tenant: 'store', query: 'a' })).toBe(cacheKey({ query: 'a', tenant: 'store' }));
  });

  it.each([
    [{ a: 'x|y', b: 'z' }, { a: 'x', b: 'y|z' }],
    [{ a: '1' }, { a: 1 }],
    [{ a: null }, {}],
    [{ a: '①' }, { a: '1' }],
  ])('keeps %j and %j apart', (one, other) => {
    expect(cacheKey(one)).not.toBe(cacheKey(other));
  });
});
