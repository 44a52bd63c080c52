import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeadLetter, DeadLetters } from '../dead-letters.ts';

export interface BuriedMessage {
  sourceQueue: string;
  code: string;
  reason: string;
  body: string;
  attributes: Readonly<Record<string, string>>;
  groupId?: string;
}

export interface OpenedDeadLetters {
  deadLetters: DeadLetters;
  /** Puts a message into the dead-letter queue of its source, as a worker does; gives its id there. */
  bury(message: BuriedMessage): Promise<string>;
  /** Takes out and gives what has come back to a queue. */
  backIn(queueName: string): Promise<readonly { body: string; attributes: Readonly<Record<string, string>>; groupId?: string }[]>;
}

export const SOURCE = 'manga-fm-normal';
export const ORDERED_SOURCE = 'manga-fm-ordered.fifo';
const OTHER_SOURCE = 'manga-fm-low-priority';
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

export const aBuried = (number: number, more: Partial<BuriedMessage> = {}): BuriedMessage => ({
  sourceQueue: SOURCE,
  code: 'jobs.failed',
  reason: 'Three attempts failed.',
  body: JSON.stringify({ v: 1, job_id: `job-${number}` }),
  attributes: { Pattern: 'job.run', RequestId: `job-${number}` },
  ...more,
});

const always = { limit: 100, perSecond: 1_000, isDryRun: false };

/** What every DeadLetters promises. The queues of the jobs and their dead-letter queues exist; the latter are empty. */
export function deadLettersContract(open: () => Promise<OpenedDeadLetters>): void {
  describe('as DeadLetters', () => {
    let deadLetters: DeadLetters;
    let bury: OpenedDeadLetters['bury'];
    let backIn: OpenedDeadLetters['backIn'];

    beforeEach(async () => {
      ({ deadLetters, bury, backIn } = await open());
    });
    afterEach(() => deadLetters.close());

    const ids = (letters: readonly DeadLetter[]) => letters.map(({ messageId }) => messageId).toSorted();

    it('list a message with its reason and all that it was sent with, and leave it there', async () => {
      const messageId = await bury(aBuried(1, { body: '{"title":"進撃の巨人"}' }));

      const listed = await deadLetters.list({}, 10, signal());
      const again = await deadLetters.list({}, 10, signal());

      expect(listed).toMatchObject([
        {
          messageId,
          deadLetterQueue: 'manga-fm-dlq',
          sourceQueue: SOURCE,
          code: 'jobs.failed',
          reason: 'Three attempts failed.',
          attributes: { Pattern: 'job.run', RequestId: 'job-1' },
          body: '{"title":"進撃の巨人"}',
        },
      ]);
      expect(Object.keys(listed[0]?.attributes ?? {})).toHaveLength(2);
      expect(ids(again)).toEqual([messageId]);
    });

    it('find by message id, by job id, by code and by source', async () => {
      const first = await bury(aBuried(1));
      const second = await bury(aBuried(2, { code: 'queues.not-json' }));
      const third = await bury(aBuried(3, { sourceQueue: OTHER_SOURCE, attributes: { Pattern: 'job.run' } }));
      const found = async (filter: Parameters<DeadLetters['list']>[0]) => ids(await deadLetters.list(filter, 10, signal()));

      expect(await found({ ids: [first, 'job-2', 'nobody'] })).toEqual([first, second].toSorted());
      expect(await found({ ids: ['job-3'] })).toEqual([third]);
      expect(await found({ code: 'queues.not-json' })).toEqual([second]);
      expect(await found({ sourceQueue: OTHER_SOURCE })).toEqual([third]);
      expect(await found({ sourceQueue: OTHER_SOURCE, code: 'queues.not-json' })).toEqual([]);
    });

    it('list as many as are wanted', async () => {
      for (let number = 0; number < 25; number++) await bury(aBuried(number));

      expect(await deadLetters.list({}, 13, signal())).toHaveLength(13);
      expect(await deadLetters.list({}, 1_000, signal())).toHaveLength(25);
    });

    it('send a message back to where it came from, as it was', async () => {
      const messageId = await bury(aBuried(1));
      await bury(aBuried(2));

      const report = await deadLetters.redrive({ ids: ['job-1'] }, always, signal());

      expect(report).toEqual({ matched: 1, redriven: 1, failed: 0, messages: [{ messageId, jobId: 'job-1', sourceQueue: SOURCE, code: 'jobs.failed', outcome: 'redriven' }] });
      const { body, attributes } = aBuried(1);
      expect(await backIn(SOURCE)).toEqual([{ body, attributes }]);
      expect((await deadLetters.list({}, 10, signal())).map((letter) => letter.attributes['RequestId'])).toEqual(['job-2']);
    });

    it('send back to a FIFO queue in the same group, also when it was there before', async () => {
      const group = randomUUID();
      await bury(aBuried(1, { sourceQueue: ORDERED_SOURCE, groupId: group }));
      await bury(aBuried(2, { sourceQueue: ORDERED_SOURCE, groupId: group }));

      const report = await deadLetters.redrive({ sourceQueue: ORDERED_SOURCE }, always, signal());

      expect(report).toMatchObject({ matched: 2, redriven: 2 });
      expect((await backIn(ORDERED_SOURCE)).map(({ attributes, groupId }) => [attributes['RequestId'], groupId])).toEqual([
        ['job-1', group],
        ['job-2', group],
      ]);
    });

    it('only say what they would do in a dry run', async () => {
      const messageId = await bury(aBuried(1));

      const report = await deadLetters.redrive({}, { ...always, isDryRun: true, beforeEach: () => Promise.reject(new Error('called')) }, signal());

      expect(report).toMatchObject({ matched: 1, redriven: 0, failed: 0, messages: [{ messageId, outcome: 'would-redrive' }] });
      expect(await backIn(SOURCE)).toEqual([]);
      expect(ids(await deadLetters.list({}, 10, signal()))).toEqual([messageId]);
    });

    it('let the caller prepare each message, and refuse it', async () => {
      await bury(aBuried(1));
      await bury(aBuried(2));
      await bury(aBuried(3));
      const beforeEach = async ({ attributes }: DeadLetter) => {
        if (attributes['RequestId'] === 'job-3') throw new Error('no such job');
        return attributes['RequestId'] !== 'job-2';
      };

      const report = await deadLetters.redrive({}, { ...always, beforeEach }, signal());

      expect(report).toMatchObject({ matched: 3, redriven: 1, failed: 2 });
      expect((await backIn(SOURCE)).map(({ attributes }) => attributes['RequestId'])).toEqual(['job-1']);
      expect(await deadLetters.list({}, 10, signal())).toHaveLength(2);
    });

    it('stop at the limit', async () => {
      for (const number of [1, 2, 3]) await bury(aBuried(number));

      const report = await deadLetters.redrive({}, { ...always, limit: 2 }, signal());

      expect(report).toMatchObject({ matched: 2, redriven: 2 });
      expect(await deadLetters.list({}, 10, signal())).toHaveLength(1);
    });
  });
}
