import { describe, expect, it } from '@jest/globals';
import { jobsOfBatch } from '@manga-assist/jobs';
import { aBatch, InMemoryBatchStore, InMemoryJobStore } from '@manga-assist/jobs/testing';
import { silentLogger } from '@manga-assist/observability/testing';
import { RecordedQueueSender } from '@manga-assist/queues/testing';
import { SendClaimChecks } from '../jobs/send-claim-checks.ts';
import { FanOut } from './fan-out.ts';

const { signal } = new AbortController();

describe('fanning out', () => {
  it('sends nothing of a batch that was cancelled on the way, and cancels what it has made', async () => {
    const [jobs, batches, queues] = [new InMemoryJobStore(), new InMemoryBatchStore(), new RecordedQueueSender()];
    const fanOut = new FanOut(jobs, batches, new SendClaimChecks(queues, jobs, silentLogger()), silentLogger());
    const batch = aBatch(30, { createdAtMs: Date.now(), expiresAtMs: Date.now() + 60_000 });
    await batches.create(batch, signal);
    await batches.requestCancel(batch.owner, batch.batchId, signal);

    await fanOut.run(batch, signal);

    expect(queues.sent).toEqual([]);
    const made = await jobs.getMany(batch.owner, jobsOfBatch(batch).map(({ jobId }) => jobId), signal);
    expect(made.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 'cancelled'));
    expect(await batches.get(batch.owner, batch.batchId, signal)).toMatchObject({ isFannedOut: true });
  });
});
