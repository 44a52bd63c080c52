import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { batchJobId } from '@manga-assist/jobs';
import { aBatch, anOrder } from '@manga-assist/jobs/testing';
import { ORDERED_QUEUE } from '@manga-assist/jobs';
import { done } from '@manga-assist/queues';
import { until } from '@manga-assist/foundation/testing';
import { RecordedTopicPublisher } from '@manga-assist/queues/testing';
import { Workbench } from '../testing/workbench.ts';

const unfit = new AppError('unavailable', 'bedrock.unfit-answer', 'The model gave an answer that cannot be used.');
const NEVER = new AbortController().signal;
const sentIds = ({ sender }: Workbench): string[] => sender.sent.map(({ body }) => (JSON.parse(body) as { job_id: string }).job_id);

/** A topic behind a network that swallows everything. */
class SilentTopic extends RecordedTopicPublisher {
  asked = 0;

  override publish(_topicName: string, _message: unknown, signal: AbortSignal): Promise<void> {
    this.asked++;
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }
}

/** What is swept while the topic is silent: each time everybody waits, five seconds pass. */
async function sweptInSilence(bench: Workbench, topic: SilentTopic, sweeping: Promise<number>): Promise<void> {
  let isOver = false;
  const end = sweeping.then(() => (isOver = true));
  for (let asked = 0; !isOver; asked = topic.asked) {
    await until('the topic to be asked, or the end', () => isOver || topic.asked > asked);
    bench.timers.advance(5_000);
  }
  await end;
}

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

  it('sends a job whose worker has died once, however often and by how many it is looked for', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' });
    await bench.jobs.claim(order.jobId, { workerId: 'dies', leaseMs: 30_000 }, bench.signal);
    bench.advance(90_000);

    await Promise.all([1, 2, 3].map(() => bench.sweepJobs.run(bench.signal)));
    for (let look = 0; look < 100; look++) {
      bench.advance(5_000);
      await bench.sweepJobs.run(bench.signal);
    }
    expect(sentIds(bench)).toEqual([order.jobId]);
    bench.advance(15 * 60_000);
    await bench.sweepJobs.run(bench.signal);

    expect(sentIds(bench)).toEqual([order.jobId, order.jobId]);
  });

  it('sends before it finishes, though the topic never answers', async () => {
    const topic = new SilentTopic();
    const bench = new Workbench(() => 'An answer.', { topic });
    for (let count = 0; count < 3; count++) {
      const order = await bench.queued('prompt', { prompt: 'Hello?' });
      await bench.jobs.cancel(order.owner, order.jobId, bench.signal);
    }
    const unsent = anOrder({ type: 'prompt', input: { prompt: 'Hello?' }, createdAtMs: bench.clock.nowMs() });
    await bench.jobs.create(unsent, bench.signal);
    bench.advance(30_000);

    const sweeping = bench.sweepJobs.run(bench.signal);
    await until('the topic to be asked', () => topic.asked === 3);

    expect(sentIds(bench)).toEqual([unsent.jobId]);
    await sweptInSilence(bench, topic, sweeping);
    expect(await bench.sweepJobs.run(bench.signal)).toBe(0);
  });

  it('asks a silent topic of ten jobs and not of all, and puts the others off at once', async () => {
    const topic = new SilentTopic();
    const bench = new Workbench(() => 'An answer.', { topic });
    for (let count = 0; count < 40; count++) {
      const order = await bench.queued('prompt', { prompt: 'Hello?' });
      await bench.jobs.cancel(order.owner, order.jobId, bench.signal);
    }

    await sweptInSilence(bench, topic, bench.sweepJobs.run(bench.signal));

    expect(topic.asked).toBe(10);
    expect(await bench.sweepJobs.run(bench.signal)).toBe(0);
    bench.advance(60_000);
    expect(await bench.jobs.due(100, bench.signal)).toHaveLength(40);
  });

  it('counts steps that fail, and jobs that nobody could finish for an hour', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' });
    bench.topic.isDown = true;
    await bench.runJob.run(order.jobId, NEVER);
    bench.advance(30_000);
    await bench.sweepJobs.run(bench.signal);
    expect(await bench.metrics.text()).not.toMatch(/manga_job_outbox_overdue_total\{[^}]*\} [1-9]/);
    bench.advance(60 * 60_000);

    await bench.sweepJobs.run(bench.signal);

    const metrics = await bench.metrics.text();
    expect(metrics).toMatch(/manga_job_outbox_failures_total\{[^}]*step="notify"[^}]*\} 3/);
    expect(metrics).toMatch(/manga_job_outbox_overdue_total\{[^}]*kind="job"[^}]*\} 1/);
  });

  it('goes on past a row that it cannot read, which it puts off', async () => {
    const bench = new Workbench();
    const orders = [1, 2].map(() => anOrder({ type: 'prompt', input: { prompt: 'Hello?' }, createdAtMs: bench.clock.nowMs() }));
    const [strange, plain] = orders.map(({ jobId }) => jobId);
    for (const order of orders) await bench.jobs.create(order, bench.signal);
    bench.jobs.unreadable.set(strange ?? '', { isNewer: true, problem: 'its shape is version 2' });
    bench.advance(30_000);

    expect(await bench.sweepJobs.run(bench.signal)).toBe(2);
    expect(await bench.sweepJobs.run(bench.signal)).toBe(0);

    expect(sentIds(bench)).toEqual([plain]);
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

  it('that is cancelled before it is fanned out makes no work: what is missing is made as cancelled, and nothing is sent', async () => {
    const bench = new Workbench();
    const batch = aBatch(4, { createdAtMs: bench.clock.nowMs() });
    await bench.batches.create(batch, bench.signal);
    await bench.batches.requestCancel(batch.owner, batch.batchId, bench.signal);
    bench.advance(30_000);

    await bench.sweepBatches.run(bench.signal);
    await bench.sweepJobs.run(bench.signal);

    expect(bench.sender.sent).toEqual([]);
    expect(await bench.batches.get(batch.owner, batch.batchId, bench.signal)).toMatchObject({ status: 'cancelled', costUsd: 0, settled: { 0: 'cancelled', 1: 'cancelled', 2: 'cancelled', 3: 'cancelled' } });
    expect(bench.told).toEqual(['batch.completed']);
  });

  it('whose end a silent topic keeps is put off, and others are fanned out before it', async () => {
    const topic = new SilentTopic();
    const bench = new Workbench(() => JSON.stringify(analyses), { topic });
    await bench.webhooks.endpoints.register({ tenantId: 'store', subject: 'merchandiser-1' }, { url: 'https://hooks.manga-partner.com/jobs', eventTypes: [] }, bench.signal);
    const ended = Array.from({ length: 8 }, () => aBatch(1, { createdAtMs: bench.clock.nowMs() }));
    for (const { batchId, ...batch } of ended) {
      await bench.batches.create({ batchId, ...batch }, bench.signal);
      await bench.batches.settle(batchId, { index: 0, status: 'completed', usage: { inputTokens: 1, outputTokens: 1 }, costUsd: 0 }, bench.signal);
    }
    const left = aBatch(2, { createdAtMs: bench.clock.nowMs() });
    await bench.batches.create(left, bench.signal);
    bench.advance(30_000);

    await sweptInSilence(bench, topic, bench.sweepBatches.run(bench.signal));

    expect(sentIds(bench)).toHaveLength(2);
    expect(topic.asked).toBe(8);
    expect(await bench.sweepBatches.run(bench.signal)).toBe(0);
    // The webhook did not wait for the topic.
    expect(await bench.batches.get(left.owner, ended[0]?.batchId ?? '', bench.signal)).toMatchObject({ pendingSteps: ['notify'] });
  });

  it('tells of a job that was redriven after its end by itself, and corrects its counts', async () => {
    const bench = new Workbench((_, index) => (index < 3 ? unfit : JSON.stringify(analyses)));
    const batch = aBatch(0, { items: [{ manga_id: 'MNG-SEABLADE', analysis_type: 'content_summary' }], createdAtMs: bench.clock.nowMs() });
    const jobId = batchJobId(batch.batchId, 0);
    await bench.batches.create(batch, bench.signal);
    bench.advance(30_000);
    await bench.sweepBatches.run(bench.signal);
    for (let attempt = 1; attempt <= 3; attempt++) await bench.runJob.run(jobId, NEVER);
    expect(await bench.batches.get(batch.owner, batch.batchId, bench.signal)).toMatchObject({ status: 'completed', settled: { 0: 'failed' } });

    await bench.jobs.requeue(jobId, bench.signal);
    await bench.runJob.run(jobId, NEVER);

    expect(bench.told).toEqual(['batch.completed', 'job.completed']);
    expect(await bench.batches.get(batch.owner, batch.batchId, bench.signal)).toMatchObject({ status: 'completed', settled: { 0: 'completed' }, pendingSteps: [] });
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
