import { describe, expect, it } from '@jest/globals';
import { AppError, canonicalJson, canonicalSha256, isUuid, SystemIds, toAppError, ulid } from './index.ts';
import { StoppedClock } from './testing/index.ts';

describe('an error', () => {
  it('may be tried again when it is about load or time, and not otherwise', () => {
    expect(new AppError('unavailable', 'a.b', 'Try later.').isRetryable).toBe(true);
    expect(new AppError('invalid', 'a.b', 'No.').isRetryable).toBe(false);
  });

  it('that nobody foresaw becomes a bug with its cause, and says nothing of it', () => {
    const cause = new Error('secret of the database');

    const error = toAppError(cause);

    expect(error).toMatchObject({ kind: 'bug', code: 'internal', cause });
    expect(error.message).not.toContain('secret');
  });

  it('of an aborted signal is a cancellation, of a timed-out one a time-out', () => {
    expect(toAppError(new DOMException('gone', 'AbortError')).kind).toBe('cancelled');
    expect(toAppError(new DOMException('late', 'TimeoutError')).kind).toBe('timed-out');
  });
});

describe('canonical JSON', () => {
  it('gives equal text and hash for equal values whatever the order of their keys', () => {
    const one = { b: [1, { d: null, c: '漫画' }], a: true };
    const other = { a: true, b: [1, { c: '漫画', d: null }] };

    expect(canonicalJson(one)).toBe('{"a":true,"b":[1,{"c":"漫画","d":null}]}');
    expect(canonicalSha256(one)).toBe(canonicalSha256(other));
    expect(canonicalSha256(one)).toHaveLength(64);
  });
});

describe('ids', () => {
  it('are never given twice, however many are asked for at once', () => {
    const ids = new SystemIds(new StoppedClock());

    expect(new Set(Array.from({ length: 2_000 }, () => ids.sortable('trn'))).size).toBe(2_000);
  });

  it('sort by the time of their making', () => {
    const clock = new StoppedClock();
    const ids = new SystemIds(clock);

    const earlier = ids.sortable('trn');
    clock.advance(1);
    const later = ids.sortable('trn');

    expect(earlier < later).toBe(true);
    expect(earlier).toMatch(/^trn_[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('write the time of a ULID in its first ten characters', () => {
    expect(ulid(1_469_918_176_385, new Uint8Array(16))).toBe('01ARYZ6S410000000000000000');
  });

  it('tell a UUID from 36 dashes', () => {
    expect(isUuid('01890a5d-ac96-774b-bcce-b302099a8057')).toBe(true);
    expect(isUuid('-'.repeat(36))).toBe(false);
  });
});
