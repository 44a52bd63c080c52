import { describe, expect, it } from '@jest/globals';
import type { RedriveLog, RedriveRecord } from '../redrive-log.ts';

/** What every RedriveLog promises. */
export function redriveLogContract(open: () => RedriveLog): void {
  describe('as a RedriveLog', () => {
    const signal = () => AbortSignal.timeout(20_000);

    it('shows the newest first, each once, and how it ended as soon as it has', async () => {
      const log = open();
      const records = [1, 2, 3].map(
        (number): RedriveRecord => ({
          redriveId: `red_01ARZ3NDEKTSV4RRFFQ69G5FA${number}`,
          atMs: Date.now() + number,
          by: 'store/operator-1',
          filter: number === 1 ? { ids: ['a', 'b'] } : { code: 'bedrock.unfit-answer', sourceQueue: 'manga-fm-normal' },
          isDryRun: number === 2,
          isFinished: true,
          matched: number,
          redriven: number,
          failed: 0,
          messages: [{ messageId: `m-${number}`, outcome: 'redriven' }],
        }),
      );

      const running = { ...(records[0] as RedriveRecord), isFinished: false, matched: 0, messages: [] };
      await log.append(running, signal());
      expect(await log.recent(10, signal())).toEqual([running]);
      for (const record of records) await log.append(record, signal());
      await log.append({ ...(records[0] as RedriveRecord), matched: 99 }, signal());

      expect(await log.recent(10, signal())).toEqual(records.toReversed());
      expect(await log.recent(1, signal())).toEqual([records[2]]);
    });
  });
}
