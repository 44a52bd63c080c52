import { describe, expect, it } from '@jest/globals';
import { anEndedJob } from '@manga-assist/jobs/testing';
import type { DeadLetter } from '@manga-assist/queues';
import { checkDeadLetters } from './queues.ts';
import { MOST_DEAD_LETTERS } from './stores.ts';

const letter = (body: string, jobId?: string): DeadLetter => ({ messageId: body, deadLetterQueue: 'manga-fm-dlq', sourceQueue: 'manga-fm-normal', code: 'jobs.unknown', reason: 'No such job.', sentAtMs: 0, receiveCount: 1, attributes: jobId === undefined ? {} : { RequestId: jobId }, body });
const innocent = anEndedJob({ attempt: 10, failures: 1 });
const run = {
  letters: [letter('poison'), letter('{"v":1}', 'job-1'), letter('{"v":1}', 'job-1')],
  poison: [{ queueName: 'manga-fm-normal', pattern: 'job.run', body: 'poison' }],
  hopeless: new Set(['job-1']),
  jobs: new Map([[innocent.jobId, innocent]]),
};
const wrong = (letters: readonly DeadLetter[]) => checkDeadLetters({ ...run, letters }).filter(({ isOk }) => !isOk);
const named = (letters: readonly DeadLetter[]): string[] => wrong(letters).map(({ name }) => name.trim().split(' ')[1] ?? '');

describe('the check of the dead letters', () => {
  it('finds poison and failures that are missing, innocents, and letters without a reason', () => {
    expect(named(run.letters)).toEqual([]);
    expect(named(run.letters.slice(1))).toEqual(['poison']);
    expect(named(run.letters.slice(0, 1))).toEqual(['jobs']);
    expect(named([...run.letters, letter('{"v":1}', 'job-2')])).toEqual(['innocent']);
    expect(named([...run.letters, { ...letter('poison'), reason: '' }])).toEqual(['innocent']);
  });

  it('tells of an innocent how its row stands', () => {
    const [found] = wrong([...run.letters, { ...letter('{"v":1}', innocent.jobId), code: 'queues.received-too-often' }]);

    expect(found?.detail).toBe(`queues.received-too-often from manga-fm-normal: ${innocent.jobId} completed (attempt 10, 1 failures)`);
  });

  it('finds that there may be more than can be shown', () => {
    expect(named([...run.letters, ...Array.from({ length: MOST_DEAD_LETTERS - run.letters.length }, () => letter('poison'))])).toEqual(['all']);
  });
});
