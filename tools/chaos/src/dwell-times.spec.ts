import { describe, expect, it } from '@jest/globals';
import { DwellTimes, percentile } from './dwell-times.ts';

describe('how long jobs wait', () => {
  it('is from their sending to where the log of their first attempt says it began', () => {
    const dwell = new DwellTimes();
    dwell.read('{"level":30,"time":10500,"jobId":"a","attempt":1,"durationMs":300}');
    dwell.read('{"level":30,"time":99999,"jobId":"a","attempt":2,"durationMs":1}');
    dwell.read('{"level":30,"time":"1970-01-01T00:00:20.000Z","jobId":"b","durationMs":1000}');
    dwell.read('no JSON at all');

    expect([dwell.since('a', 10_000), dwell.since('b', 18_990), dwell.since('c', 0)]).toEqual([200, 10, Infinity]);
  });

  it('is told by rank', () => {
    const times = Array.from({ length: 200 }, (_, index) => 200 - index);

    expect([percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1), percentile([7], 0.99), percentile([], 0.5)]).toEqual([100, 198, 200, 7, Infinity]);
  });
});
