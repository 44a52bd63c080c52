import { describe, expect, it } from '@jest/globals';
import { fullJitter } from './full-jitter.ts';

describe('full jitter', () => {
  it('doubles the longest wait with each attempt, up to half a minute', () => {
    expect([0, 1, 2, 6, 50].map((attempt) => fullJitter(attempt, { random: () => 1 }))).toEqual([500, 1000, 2000, 30_000, 30_000]);
  });

  it('waits anywhere between nothing and the longest', () => {
    expect(fullJitter(3, { random: () => 0 })).toBe(0);
    expect(fullJitter(3, { random: () => 0.25 })).toBe(1000);
  });
});
