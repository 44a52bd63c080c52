import { describe, expect, it } from '@jest/globals';
import { SqsDelivery, type Settlement } from '@manga-assist/queues';
import { until } from '@manga-assist/foundation/testing';
import { AsyncWorkerConfig } from '../config.ts';
import { Workbench } from '../testing/workbench.ts';
import { HeavyPlaces } from './heavy-places.ts';
import { JobsController } from './jobs.controller.ts';

function controllerOf({ clock, runJob, signal }: Workbench): (body: unknown, type?: string) => Promise<Settlement> {
  const controller = new JobsController(runJob, new HeavyPlaces(Object.assign(new AsyncWorkerConfig(), { mostOrderedJobsAtOnce: 2 })));
  return (body, type = 'prompt') => {
    const attributes = { JobType: type };
    return controller.run(body, new SqsDelivery({ queueName: 'manga-fm-ordered.fifo', messageId: 'm-1', receiveCount: 1, sentAtMs: clock.nowMs(), attributes, signal }));
  };
}

const settled = (bench: Workbench, body: unknown): Promise<Settlement> => controllerOf(bench)(body);

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

describe('heavy analyses', () => {
  it('leave one of the places for ordered work to others', async () => {
    const goOn = Promise.withResolvers<void>();
    const bench = new Workbench(() => ({ text: 'Once upon a time', until: goOn.promise }));
    const receive = controllerOf(bench);
    const [first, second, third] = [await bench.queued('prompt', { prompt: 'a' }), await bench.queued('prompt', { prompt: 'b' }), await bench.queued('prompt', { prompt: 'c' })];

    const running = receive({ v: 1, job_id: first.jobId }, 'heavy_analysis');
    await until('the first to be under way', () => bench.model.requests.length === 1);
    const another = await receive({ v: 1, job_id: second.jobId }, 'heavy_analysis');
    const summary = receive({ v: 1, job_id: third.jobId }, 'summarise_conversation');
    await until('the summary to be under way', () => bench.model.requests.length === 2);
    goOn.resolve();

    expect(another).toEqual({ kind: 'retry', delayMs: 10_000 });
    expect(await Promise.all([running, summary])).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(await receive({ v: 1, job_id: second.jobId }, 'heavy_analysis')).toEqual({ kind: 'done' });
  });
});
