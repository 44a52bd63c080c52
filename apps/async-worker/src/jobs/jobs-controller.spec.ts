import { describe, expect, it } from '@jest/globals';
import { SqsDelivery, type Settlement } from '@manga-assist/queues';
import { Workbench } from '../testing/workbench.ts';
import { JobsController } from './jobs.controller.ts';

/** What becomes of a message that was sent so long ago. */
async function settled(bench: Workbench, body: unknown, ageMs = 0, receiveCount = 1): Promise<Settlement> {
  const { clock, runJob, signal } = bench;
  const delivery = new SqsDelivery({ queueName: 'manga-fm-normal', messageId: 'm-1', receiveCount, sentAtMs: clock.nowMs() - ageMs, attributes: {}, signal });
  return new JobsController(runJob, clock).run(body, delivery);
}

describe('a message of a newer version', () => {
  it('waits for a worker that knows it, as a deploy rolls on, and its job with it', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' });

    expect(await settled(bench, { v: 2, job_id: order.jobId }, 3_599_000)).toEqual({ kind: 'retry', delayMs: 30_000 });
    expect(await settled(bench, { v: 2, job: order.jobId })).toEqual({ kind: 'retry', delayMs: 30_000 });
    expect(await settled(bench, { v: 2, job_id: order.jobId }, 60_000, 5)).toEqual({ kind: 'retry', delayMs: 150_000 });
    expect(await settled(bench, { v: 2, job_id: order.jobId }, 60_000, 20)).toEqual({ kind: 'retry', delayMs: 300_000 });
    expect(await bench.look(order)).toMatchObject({ status: 'queued', attempt: 0 });
  });

  it('waits no longer than an hour: then its job ends, and says why', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' });

    expect(await settled(bench, { v: 2, job_id: order.jobId }, 3_600_000)).toMatchObject({ kind: 'dead-letter', code: 'jobs.malformed-message' });
    expect(await settled(bench, { v: 2, job: order.jobId }, 3_600_000)).toMatchObject({ kind: 'dead-letter', code: 'jobs.malformed-message' });
    expect(await bench.look(order)).toMatchObject({ status: 'failed', reason: { code: 'jobs.malformed-message' } });
  });
});

describe('a message of this version', () => {
  it('is worked on, and told apart from others of its job', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' });

    expect(await settled(bench, { v: 1, job_id: order.jobId })).toEqual({ kind: 'done' });
    expect(await bench.look(order)).toMatchObject({ status: 'completed', messageId: 'm-1' });
  });
});
