import { describe, expect, it } from '@jest/globals';
import { batchJobId } from '@manga-assist/jobs';
import { aBatch, anOrder } from '@manga-assist/jobs/testing';
import { done } from '@manga-assist/queues';
import { ORDERED_QUEUE } from '@manga-assist/jobs';
import { Workbench } from '../testing/workbench.ts';

const NEVER = new AbortController().signal;
const sentIds = ({ sender }: Workbench): string[] => sender.sent.map(({ body }) => (JSON.parse(body) as { job_id: string }).job_id);

describe('the sweeper', () => {
  it('sends what was written and never sent, once it is clear that the door has gone', async () => {
    const bench = new Workbench();
    const order = anOrder({ type: 'prompt', input: { prompt: 'Hello?' }, createdAtMs: bench.clock.nowMs() });
    await bench.jobs.create(order, bench.signal);

    await bench.sweepJobs.run(bench.signal);
    expect(bench.sender.sent).toEqual([]);
    bench.advance(30_000);
    await bench.sweepJobs.run(bench.signal);
    await bench.sweepJobs.run(bench.signal);

    expect(bench.sender.sent).toMatchObject([{ queueName: 'manga-fm-normal', pattern: 'job.run', body: JSON.stringify({ v: 1, job_id: order.jobId }), groupId: 'store' }]);
  });

  it('sends a FIFO job again as another message, which the queue does not take for the first', async () => {
    const bench = new Workbench();
    const order = anOrder({ type: 'heavy_analysis', input: { manga_id: 'MNG-SEABLADE', language: 'en' }, createdAtMs: bench.clock.nowMs() });
    await bench.jobs.create(order, bench.signal);
    for (let time = 0; time < 2; time++) {
      bench.advance(30_000);
      await bench.sweepJobs.run(bench.signal);
      // Its worker dies, and so does the message.
      await bench.jobs.claim(order.jobId, { workerId: 'dies', leaseMs: 30_000 }, bench.signal);
      bench.advance(90_000);
    }

    expect(bench.sender.sent.map(({ queueName }) => queueName)).toEqual([ORDERED_QUEUE, ORDERED_QUEUE]);
    expect(new Set(bench.sender.sent.map(({ deduplicationId }) => deduplicationId)).size).toBe(2);
  });

  it('puts off what cannot be sent, and does not lose it', async () => {
    const bench = new Workbench();
    const orders = [1, 2].map(() => anOrder({ type: 'prompt', input: { prompt: 'Hello?' }, createdAtMs: bench.clock.nowMs() }));
    for (const order of orders) await bench.jobs.create(order, bench.signal);
    bench.advance(30_000);
    bench.sender.refuses = ({ body }) => body.includes(orders[0]?.jobId ?? '');

    await bench.sweepJobs.run(bench.signal);
    expect(await bench.sweepJobs.run(bench.signal)).toBe(0);
    bench.sender.refuses = () => false;
    bench.advance(60_000);
    await bench.sweepJobs.run(bench.signal);

    expect(sentIds(bench).sort()).toEqual(orders.map(({ jobId }) => jobId).sort());
  });

  it('finishes what its worker has left unfinished', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' });
    bench.topic.isDown = true;
    await bench.runJob.run(order.jobId, NEVER);
    bench.topic.isDown = false;

    await bench.sweepJobs.run(bench.signal);
    expect(bench.told).toEqual([]);
    bench.advance(30_000);
    await bench.sweepJobs.run(bench.signal);

    expect(bench.told).toEqual(['job.completed']);
    expect((await bench.look(order)).pendingSteps).toEqual([]);
  });

  it('tells owners of jobs that nobody has begun in time', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' }, { expiresAtMs: bench.clock.nowMs() + 60_000 });
    bench.advance(60_000);

    await bench.sweepJobs.run(bench.signal);

    expect(await bench.look(order)).toMatchObject({ status: 'expired', reason: { code: 'jobs.expired' }, pendingSteps: [] });
    expect(bench.told).toEqual(['job.expired']);
  });

  it('finishes jobs that were cancelled at the door', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' });
    await bench.jobs.cancel(order.owner, order.jobId, bench.signal);

    expect(await bench.runJob.run(order.jobId, NEVER)).toEqual(done);
    await bench.sweepJobs.run(bench.signal);

    expect(bench.told).toEqual(['job.cancelled']);
    expect(bench.model.requests).toHaveLength(0);
  });

  it('may sweep in many workers at once: each job is told of by the same id', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' }, { expiresAtMs: bench.clock.nowMs() + 60_000 });
    bench.advance(60_000);

    await Promise.all([1, 2, 3].map(() => bench.sweepJobs.run(bench.signal)));

    const ids = bench.topic.published.map(({ body }) => (JSON.parse(body) as { id: string }).id);
    expect(new Set(ids).size).toBe(1);
    expect((await bench.look(order)).status).toBe('expired');
  });
});

describe('a batch', () => {
  const analyses = { summary: 'A story.', summary_japanese: '物語。', tone: [] };

  it('whose door has crashed is gone on with, and no job is made or sent twice', async () => {
    const bench = new Workbench();
    const batch = aBatch(5, { createdAtMs: bench.clock.nowMs() });
    await bench.batches.create(batch, bench.signal);
    const [first] = batch.items;
    await bench.jobs.create(
      anOrder({ jobId: batchJobId(batch.batchId, 0), owner: batch.owner, type: 'content_summary', input: { manga_id: first?.manga_id ?? '' }, batch: { batchId: batch.batchId, index: 0 }, createdAtMs: bench.clock.nowMs() }),
      bench.signal,
    );
    bench.advance(30_000);

    await bench.sweepBatches.run(bench.signal);
    await bench.sweepBatches.run(bench.signal);
    await bench.sweepJobs.run(bench.signal);

    expect(sentIds(bench).sort()).toEqual([0, 1, 2, 3, 4].map((index) => batchJobId(batch.batchId, index)).sort());
  });

  it('is told of once, when its last job has ended, however the jobs have', async () => {
    const bench = new Workbench(() => JSON.stringify(analyses));
    await bench.webhooks.endpoints.register({ tenantId: 'store', subject: 'merchandiser-1' }, { url: 'https://hooks.manga-partner.com/jobs', eventTypes: [] }, bench.signal);
    const items = ['MNG-SEABLADE', 'MNG-NOSUCHID', 'MNG-HARBOUR1'].map((manga_id) => ({ manga_id, analysis_type: 'content_summary' as const }));
    const batch = aBatch(0, { items, createdAtMs: bench.clock.nowMs() });
    await bench.batches.create(batch, bench.signal);
    bench.advance(30_000);
    await bench.sweepBatches.run(bench.signal);

    for (const jobId of sentIds(bench)) {
      expect(bench.told).toEqual([]);
      await bench.runJob.run(jobId, NEVER);
    }

    expect(bench.told).toEqual(['batch.completed']);
    expect(JSON.parse(bench.topic.published[0]?.body ?? '')).toMatchObject({
      type: 'batch.completed',
      data: { batch_id: batch.batchId, item_count: 3, counts: { completed: 2, failed: 1, cancelled: 0, expired: 0 }, result_url: `/v1/manga/batches/${batch.batchId}` },
    });
    const { deliveries } = await bench.webhooks.outbox.deliveries(batch.owner, { limit: 10 }, bench.signal);
    expect(deliveries.map(({ eventType }) => eventType)).toEqual(['batch.completed']);
    expect(await bench.batches.get(batch.owner, batch.batchId, bench.signal)).toMatchObject({ status: 'completed', pendingSteps: [], settled: { 0: 'completed', 1: 'failed', 2: 'completed' } });
  });

  it('whose end could not be told is told of later', async () => {
    const bench = new Workbench(() => JSON.stringify(analyses));
    const batch = aBatch(0, { items: [{ manga_id: 'MNG-SEABLADE', analysis_type: 'content_summary' }], createdAtMs: bench.clock.nowMs() });
    await bench.batches.create(batch, bench.signal);
    bench.advance(30_000);
    await bench.sweepBatches.run(bench.signal);
    bench.topic.isDown = true;
    await bench.runJob.run(batchJobId(batch.batchId, 0), NEVER);
    bench.topic.isDown = false;
    bench.advance(30_000);

    await bench.sweepBatches.run(bench.signal);

    expect(bench.told).toEqual(['batch.completed']);
  });
});
