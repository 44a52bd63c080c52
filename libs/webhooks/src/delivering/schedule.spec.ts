import { describe, expect, it } from '@jest/globals';
import { MOST_RETRY_AFTER_MS, PAUSES_MS, readRetryAfter } from './schedule.ts';

describe('the schedule of attempts', () => {
  it('is the one Standard Webhooks proposes: ten attempts within three days and a few hours', () => {
    const hours = PAUSES_MS.reduce((sum, pauseMs) => sum + pauseMs, 0) / 3_600_000;

    expect(PAUSES_MS.map((pauseMs) => pauseMs / 1_000)).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(hours).toBeCloseTo(75.58, 2);
  });
});

describe('Retry-After', () => {
  const nowMs = Date.UTC(2026, 10, 1);

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Sun, 01 Nov 2026 00:02:00 GMT', 120_000],
    ['Sat, 31 Oct 2026 00:00:00 GMT', 0],
    ['86400', MOST_RETRY_AFTER_MS],
    ['99999999999999999999', MOST_RETRY_AFTER_MS],
    ['Sun, 01 Nov 2099 00:00:00 GMT', MOST_RETRY_AFTER_MS],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j asks for %j ms', (header, ms) => {
    expect(readRetryAfter(header, nowMs)).toBe(ms);
  });
});
