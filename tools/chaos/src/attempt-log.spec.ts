import { describe, expect, it } from '@jest/globals';
import { AttemptLog } from './attempt-log.ts';

describe('the log of attempts', () => {
  it('says how each of them ended', () => {
    const log = new AttemptLog();
    log.read('{"level":30,"jobId":"a","attempt":2,"outcome":"lost","durationMs":40000}');
    log.read('{"level":30,"jobId":"a","attempt":3,"outcome":"completed","durationMs":200}');
    log.read('{"level":30,"jobId":"a","outcome":"lost"}');
    log.read('{"level":30,"jobId":"b","outcome":"unclaimed"}');
    log.read('no JSON at all');

    expect([1, 2, 3].map((attempt) => log.outcomeOf({ jobId: 'a', attempt }))).toEqual([undefined, 'lost', 'completed']);
    expect(log.outcomeOf({ jobId: 'b', attempt: 1 })).toBe('unclaimed');
  });
});
