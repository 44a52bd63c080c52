import { describe, expect, it } from '@jest/globals';
import { toResultsError } from './jobs-errors.ts';

const OPEN = new AbortController().signal;
const s3Error = (name: string, httpStatusCode: number): Error => Object.assign(new Error('secret of a vendor'), { name, $metadata: { httpStatusCode } });

describe('a failure of the place of results', () => {
  it.each([
    ['NoSuchKey', 404, 'not-found', 'jobs.no-result'],
    ['NoSuchBucket', 404, 'bug', 'jobs.results-refused'],
    ['AccessDenied', 403, 'bug', 'jobs.results-refused'],
    ['SignatureDoesNotMatch', 403, 'bug', 'jobs.results-refused'],
    ['InternalError', 500, 'unavailable', 'jobs.results-unavailable'],
    ['SlowDown', 503, 'unavailable', 'jobs.results-unavailable'],
    ['TimeoutError', 0, 'unavailable', 'jobs.results-unavailable'],
  ])('passes, or stays until somebody mends it: %s %i', (name, status, kind, code) => {
    const error = toResultsError(s3Error(name, status), OPEN);

    expect(error).toMatchObject({ kind, code });
    expect(error.message).not.toContain('secret');
  });

  it('is the caller’s own when the caller has left', () => {
    expect(toResultsError(s3Error('AbortError', 0), AbortSignal.abort())).toMatchObject({ kind: 'cancelled' });
    expect(toResultsError(s3Error('AbortError', 0), AbortSignal.abort(new DOMException('late', 'TimeoutError')))).toMatchObject({ kind: 'timed-out' });
  });
});
