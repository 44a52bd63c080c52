import { describe, expect, it } from '@jest/globals';
import { SqsDelivery, type Settlement } from '@manga-assist/queues';
import { Workbench } from '../testing/workbench.ts';
import { JobsController } from './jobs.controller.ts';

async function settled({ clock, runJob, signal }: Workbench, body: unknown): Promise<Settlement> {
  const delivery = new SqsDelivery({ queueName: 'manga-fm-normal', messageId: 'm-1', receiveCount: 1, sentAtMs: clock.nowMs(), attributes: {}, signal });
  return new JobsController(runJob).run(body, delivery);
}

describe('a claim check', () => {
  it('is worked on, and told apart from others of its job', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' });

    expect(await settled(bench, { v: 1, job_id: order.jobId })).toEqual({ kind: 'done' });
    expect(await bench.look(order)).toMatchObject({ status: 'completed', messageId: 'm-1' });
  });

  it.each([2, 0, '1', null])('of version %j ends the job that it names, which says why', async (v) => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', { prompt: 'Hello?' });

    expect(await settled(bench, { v, job_id: order.jobId })).toMatchObject({ kind: 'dead-letter', code: 'jobs.malformed-message' });
    expect(await bench.look(order)).toMatchObject({ status: 'failed', reason: { code: 'jobs.malformed-message', message: expect.stringContaining('v ') } });
  });

  it.each([[{ v: 2, job: 'x' }], [{ v: 1, job_id: 'not-an-id' }], [{}]])('that names no job goes where people look: %j', async (body) => {
    expect(await settled(new Workbench(), body)).toMatchObject({ kind: 'dead-letter', code: 'jobs.malformed-message' });
  });
});
