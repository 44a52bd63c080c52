import { describe, expect, it } from '@jest/globals';
import { checkEndings } from './endings.ts';

const clean = { exitCode: 0, tookMs: 5_900 };

describe('the check of endings', () => {
  it('takes workers that ended by themselves and in their time', () => {
    expect(checkEndings([clean, clean], 4_000).isOk).toBe(true);
  });

  it('finds one that was killed, one that was late, and that there was none', () => {
    expect(checkEndings([clean, { exitCode: null, tookMs: 1_000 }], 4_000).isOk).toBe(false);
    expect(checkEndings([clean, { exitCode: 0, tookMs: 6_100 }], 4_000).isOk).toBe(false);
    expect(checkEndings([], 4_000).isOk).toBe(false);
  });
});
