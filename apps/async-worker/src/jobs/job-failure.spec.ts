import { describe, expect, it } from '@jest/globals';
import { AppError, type ErrorKind } from '@manga-assist/foundation';
import { waitBeforeTryMs } from './backoff.ts';
import { judgeFailure } from './job-failure.ts';

const failure = (kind: ErrorKind, code: string, retryAfterMs?: number): AppError => new AppError(kind, code, 'What happened.', retryAfterMs === undefined ? {} : { retryAfterMs });
const early = { attempt: 1, hasWasted: true };

describe('a failure of an attempt', () => {
  it.each<[ErrorKind, string]>([
    ['not-found', 'jobs.unknown-series'],
    ['invalid', 'bedrock.invalid-request'],
    ['forbidden', 'bedrock.blocked-answer'],
    ['invalid', 'catalogue.cover-too-large'],
  ])('that no further try can help ends the job: %s %s', (kind, code) => {
    expect(judgeFailure(failure(kind, code), early)).toEqual({ kind: 'count', isFinal: true, reason: { code, message: 'What happened.' } });
  });

  it.each<[ErrorKind, string]>([
    ['unavailable', 'bedrock.unfit-answer'],
    ['unavailable', 'bedrock.cut-answer'],
    ['unavailable', 'bedrock.empty-answer'],
    ['unavailable', 'bedrock.model-error'],
    ['unavailable', 'bedrock.malformed-tool-use'],
    ['unavailable', 'jobs.unfit-answer'],
    ['timed-out', 'jobs.took-too-long'],
    ['bug', 'bedrock.unexpected'],
    ['bug', 'jobs.results-refused'],
  ])('of the job, of its answer, or of ours is counted: %s %s', (kind, code) => {
    expect(judgeFailure(failure(kind, code), early)).toMatchObject({ kind: 'count', isFinal: false });
  });

  it.each<[ErrorKind, string]>([
    ['rate-limited', 'bedrock.throttled'],
    ['rate-limited', 'bedrock.quota-full'],
    ['unavailable', 'bedrock.unavailable'],
    ['unavailable', 'bedrock.stream-cut'],
    ['unavailable', 'bedrock.retired'],
    ['timed-out', 'bedrock.first-token-late'],
    ['timed-out', 'bedrock.model-timeout'],
    ['timed-out', 'bedrock.stalled'],
    ['timed-out', 'bedrock.deadline'],
    ['bug', 'bedrock.access-denied'],
    ['bug', 'bedrock.not-found'],
    ['unavailable', 'catalogue.unavailable'],
    ['unavailable', 'jobs.results-unavailable'],
    ['timed-out', 'request.timed-out'],
    ['cancelled', 'request.cancelled'],
  ])('that would have met any other job is not: %s %s', (kind, code) => {
    expect(judgeFailure(failure(kind, code), early)).toEqual({ kind: 'give-back', retryAfterMs: undefined });
  });

  it('that passes does not pass for ever: from the tenth attempt on it is counted when it was paid for', () => {
    const stalled = failure('timed-out', 'bedrock.stalled');

    expect(judgeFailure(stalled, { attempt: 9, hasWasted: true })).toMatchObject({ kind: 'give-back' });
    expect(judgeFailure(stalled, { attempt: 10, hasWasted: true })).toEqual({ kind: 'count', isFinal: false, reason: { code: 'bedrock.stalled', message: 'What happened.' } });
    expect(judgeFailure(stalled, { attempt: 500, hasWasted: false })).toMatchObject({ kind: 'give-back' });
  });

  it('waits as long as the other side has asked', () => {
    expect(judgeFailure(failure('rate-limited', 'bedrock.throttled', 7_000), early)).toMatchObject({ retryAfterMs: 7_000 });
  });

  it('that nobody foresaw tells nothing of itself', () => {
    expect(judgeFailure(new TypeError('secret of a vendor'), early)).toEqual({ kind: 'count', isFinal: false, reason: { code: 'internal', message: 'Something went wrong on our side.' } });
  });
});

describe('the wait before the next try', () => {
  const wait = (tries: number, chance: number): number => waitBeforeTryMs({ baseMs: 100, capMs: 1_000 }, tries, () => chance);

  it('doubles with each one up to a limit, and is between half and the whole of that', () => {
    expect([1, 2, 3, 4, 5, 50].map((tries) => wait(tries, 1))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect(wait(3, 0)).toBe(200);
  });
});
