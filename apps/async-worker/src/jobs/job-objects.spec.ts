import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { done, type Settlement } from '@manga-assist/queues';
import { Workbench } from '../testing/workbench.ts';

const NEVER = new AbortController().signal;
const aPrompt = { prompt: 'Tell me about pirates.' };

/** Lets a second pass, again and again, until the attempt has ended; how long that was. */
async function letRun(bench: Workbench, running: Promise<Settlement>): Promise<{ settlement: Settlement; tookMs: number }> {
  let settlement: Settlement | undefined;
  void running.then((settled) => (settlement = settled));
  const beganAtMs = bench.clock.elapsedMs();
  for (let second = 0; second < 600 && settlement === undefined; second++) {
    await new Promise(setImmediate);
    if (settlement === undefined) bench.advance(1_000);
  }
  return { settlement: await running, tookMs: bench.clock.elapsedMs() - beganAtMs };
}

describe('a result that cannot be kept', () => {
  it('is put again until it can, under the same lease', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', aPrompt);
    bench.results.isDown = true;

    const running = bench.runJob.run(order.jobId, NEVER);
    for (let moment = 0; moment < 5; moment++) await new Promise(setImmediate);
    bench.results.isDown = false;

    expect((await letRun(bench, running)).settlement).toEqual(done);
    expect(await bench.look(order)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(bench.model.requests).toHaveLength(1);
  });

  it('is given up after about a minute, and its job given back uncounted', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', aPrompt);
    bench.results.isDown = true;

    const { settlement, tookMs } = await letRun(bench, bench.runJob.run(order.jobId, NEVER));

    expect(settlement).toMatchObject({ kind: 'retry' });
    expect(tookMs).toBeLessThanOrEqual(75_000);
    expect(await bench.look(order)).toMatchObject({ status: 'queued', failures: 0, spent: { costUsd: 0.000_1 } });
  });

  it('is bought once and not again while results are away, and the waits grow', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', aPrompt, { expiresAtMs: Date.UTC(2027, 0, 1) });
    bench.results.isDown = true;
    const waits: number[] = [];

    for (let attempt = 1; attempt <= 20; attempt++) {
      const { settlement } = await letRun(bench, bench.runJob.run(order.jobId, NEVER));
      waits.push(settlement.kind === 'retry' ? settlement.delayMs : NaN);
    }

    expect(bench.model.requests).toHaveLength(1);
    expect(Math.min(...waits.slice(-5))).toBeGreaterThanOrEqual(30_000);
    expect(await bench.look(order)).toMatchObject({ status: 'queued', failures: 0 });

    bench.results.isDown = false;
    expect(await bench.runJob.run(order.jobId, NEVER)).toEqual(done);
    expect(bench.model.requests).toHaveLength(2);
  });

  it('because it may not be put there ends the job after three failures', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', aPrompt);
    bench.results.refusal = new AppError('bug', 'jobs.results-refused', 'The place of results is not set up for this service.');

    for (const _ of [1, 2, 3]) await bench.runJob.run(order.jobId, NEVER);

    expect(await bench.look(order)).toMatchObject({ status: 'failed', failures: 3, reason: { code: 'jobs.results-refused' } });
    expect(bench.model.requests).toHaveLength(3);
  });
});

describe('an attempt that its calls run out of time for', () => {
  it('is given back with growing waits, but not for ever when every one of them costs something', async () => {
    const stalled = new AppError('timed-out', 'bedrock.stalled', 'The model fell silent.');
    const bench = new Workbench(() => ({ text: 'Once upon', failsWith: stalled }));
    const order = await bench.queued('prompt', aPrompt, { expiresAtMs: Date.UTC(2027, 0, 1) });
    const kinds: string[] = [];

    while ((await bench.look(order)).status === 'queued' && kinds.length < 50) kinds.push((await bench.runJob.run(order.jobId, NEVER)).kind);

    expect(kinds).toEqual([...Array.from({ length: 11 }, () => 'retry'), 'dead-letter']);
    expect(await bench.look(order)).toMatchObject({ status: 'failed', failures: 3, reason: { code: 'bedrock.stalled' } });
  });
});
