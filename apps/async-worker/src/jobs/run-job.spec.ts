import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import { deadLetter, done } from '@manga-assist/queues';
import { Workbench } from '../testing/workbench.ts';

const NEVER = new AbortController().signal;
const aPrompt = { prompt: 'Tell me about pirates.' };
const unfit = new AppError('unavailable', 'bedrock.unfit-answer', 'The model gave an answer that cannot be used.');
const throttled = new AppError('rate-limited', 'bedrock.throttled', 'Too many.', { retryAfterMs: 7_000 });

describe('a job that a worker is given', () => {
  it('is done, written down, and told of once', async () => {
    const bench = new Workbench(() => ({ text: 'Arr.', costUsd: 0.25, usage: { inputTokens: 9, outputTokens: 2 } }));
    await bench.webhooks.endpoints.register({ tenantId: 'store', subject: 'merchandiser-1' }, { url: 'https://hooks.manga-partner.com/jobs', eventTypes: [] }, bench.signal);
    const order = await bench.queued('prompt', aPrompt, { metadata: { ticket: 'T-1' } });

    const settlement = await bench.runJob.run(order.jobId, NEVER);

    expect(settlement).toEqual(done);
    expect(await bench.look(order)).toMatchObject({
      status: 'completed',
      attempt: 1,
      pendingSteps: [],
      outcome: { resultKey: `results/store/${order.jobId}/1.json`, inlineResult: { response: 'Arr.' }, model: 'sonnet', usage: { inputTokens: 9, outputTokens: 2 }, costUsd: 0.25 },
    });
    expect(bench.ledger.rows.get(order.jobId)).toMatchObject({ status: 'completed', outcome: { costUsd: 0.25 } });
    expect(bench.told).toEqual(['job.completed']);
    const { deliveries } = await bench.webhooks.outbox.deliveries(order.owner, { limit: 10 }, bench.signal);
    expect(deliveries).toMatchObject([{ eventType: 'job.completed', status: 'pending' }]);
    expect(bench.timers.pending).toBe(0);
  });

  it('that is unknown goes to the dead letters, and is no reason to stop', async () => {
    expect(await new Workbench().runJob.run('0b5c1f5e-54f7-4c55-9d4c-0d0e6f6f2a01', NEVER)).toMatchObject({ kind: 'dead-letter', code: 'jobs.unknown' });
  });

  it('that somebody else holds is left alone, and looked at again before long: they may give it back', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', aPrompt);
    await bench.jobs.claim(order.jobId, { workerId: 'other', leaseMs: 30_000 }, bench.signal);

    expect(await bench.runJob.run(order.jobId, NEVER)).toEqual({ kind: 'retry', delayMs: 10_000 });
    bench.advance(32_000);
    expect(await bench.runJob.run(order.jobId, NEVER)).toEqual({ kind: 'retry', delayMs: 3_000 });
    expect(bench.model.requests).toHaveLength(0);
  });

  it('whose worker has died is taken over, in a new attempt', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', aPrompt);
    await bench.jobs.claim(order.jobId, { workerId: 'dead', leaseMs: 30_000 }, bench.signal);
    bench.advance(35_001);

    await bench.runJob.run(order.jobId, NEVER);

    expect(await bench.look(order)).toMatchObject({ status: 'completed', attempt: 2, failures: 0, outcome: { resultKey: `results/store/${order.jobId}/2.json` } });
  });

  it('that kills its workers is given up, and shown to people', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', aPrompt, { expiresAtMs: Date.UTC(2027, 0, 1) });
    for (let attempt = 1; attempt <= 10; attempt++) {
      await bench.jobs.claim(order.jobId, { workerId: 'dies', leaseMs: 30_000 }, bench.signal);
      bench.advance(35_001);
    }

    expect(await bench.runJob.run(order.jobId, NEVER)).toMatchObject({ kind: 'dead-letter', code: 'jobs.crashed-too-often' });
    expect(await bench.look(order)).toMatchObject({ status: 'failed', pendingSteps: [] });
    expect(bench.told).toEqual(['job.failed']);
  });

  it('whose row a newer version has written waits for a worker that can read it; a broken one goes to the dead letters', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', aPrompt);

    bench.jobs.unreadable.set(order.jobId, { isNewer: true, problem: 'its shape is version 2' });
    expect(await bench.runJob.run(order.jobId, NEVER)).toEqual({ kind: 'retry', delayMs: 60_000 });
    bench.jobs.unreadable.set(order.jobId, { isNewer: false, problem: 'reading it ends in a SyntaxError' });
    expect(await bench.runJob.run(order.jobId, NEVER)).toMatchObject({ kind: 'dead-letter', code: 'jobs.unreadable' });
    expect(await bench.look(order)).toMatchObject({ status: 'queued', attempt: 0 });
  });

  it('by a message that is wrong ends for that reason, unless it has ended or somebody is at it', async () => {
    const bench = new Workbench();
    const [queued, held] = [await bench.queued('prompt', aPrompt), await bench.queued('prompt', aPrompt)];
    await bench.jobs.claim(held.jobId, { workerId: 'other', leaseMs: 30_000 }, bench.signal);
    const reason = { code: 'jobs.malformed-message', message: 'The message is no claim check of a job: v must be 1.' };
    const letter = deadLetter(reason.code, reason.message);

    expect(await bench.runJob.refuse(queued.jobId, reason)).toEqual(letter);
    expect(await bench.runJob.refuse(held.jobId, reason)).toEqual(letter);
    expect(await bench.runJob.refuse('0b5c1f5e-54f7-4c55-9d4c-0d0e6f6f2a01', reason)).toEqual(letter);

    expect(await bench.look(queued)).toMatchObject({ status: 'failed', failures: 1, reason, pendingSteps: [] });
    expect(await bench.look(held)).toMatchObject({ status: 'processing' });
    expect(bench.told).toEqual(['job.failed']);
    expect(await bench.runJob.refuse(queued.jobId, reason)).toEqual(letter);
    expect(bench.told).toEqual(['job.failed']);
  });

  it('whose time is over is not begun, and its owner is told', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', aPrompt, { expiresAtMs: bench.clock.nowMs() + 60_000 });
    bench.advance(60_000);

    expect(await bench.runJob.run(order.jobId, NEVER)).toEqual(done);
    expect(await bench.look(order)).toMatchObject({ status: 'expired', attempt: 0 });
    expect(bench.told).toEqual(['job.expired']);
    expect(bench.model.requests).toHaveLength(0);
  });

  it('and given again does nothing a second time', async () => {
    const bench = new Workbench();
    const order = await bench.queued('prompt', aPrompt);
    await bench.runJob.run(order.jobId, NEVER);

    expect(await bench.runJob.run(order.jobId, NEVER)).toEqual(done);
    bench.advance(60_000);
    expect(await bench.runJob.run(order.jobId, NEVER)).toEqual(done);
    expect(bench.model.requests).toHaveLength(1);
    expect(bench.told).toEqual(['job.completed']);
  });
});

describe('a job that fails', () => {
  it('is tried three times, waits longer each time, and then goes to the dead letters with the reason', async () => {
    const bench = new Workbench(() => unfit);
    const order = await bench.queued('prompt', aPrompt);

    const settlements = [await bench.runJob.run(order.jobId, NEVER), await bench.runJob.run(order.jobId, NEVER), await bench.runJob.run(order.jobId, NEVER)];

    const [first, second, third] = settlements.map((settlement) => (settlement.kind === 'retry' ? settlement.delayMs : settlement));
    expect(first).toBeGreaterThanOrEqual(500);
    expect(first).toBeLessThanOrEqual(1_000);
    expect(second).toBeGreaterThanOrEqual(1_000);
    expect(second).toBeLessThanOrEqual(2_000);
    expect(third).toEqual(deadLetter('bedrock.unfit-answer', 'The model gave an answer that cannot be used.'));
    expect(await bench.look(order)).toMatchObject({ status: 'failed', attempt: 3, failures: 3, reason: { code: 'bedrock.unfit-answer' } });
    expect(bench.told).toEqual(['job.failed']);
  });

  it('has one dead letter, of the message that it failed by, also when the worker crashed before that was put there', async () => {
    const bench = new Workbench(() => unfit);
    const order = await bench.queued('prompt', aPrompt);
    for (const messageId of ['m-1', 'm-2']) await bench.runJob.run(order.jobId, NEVER, messageId);
    const letter = deadLetter('bedrock.unfit-answer', 'The model gave an answer that cannot be used.');

    expect(await bench.runJob.run(order.jobId, NEVER, 'm-1')).toEqual(letter);
    expect(await bench.runJob.run(order.jobId, NEVER, 'm-2')).toEqual(done);
    // Its worker has crashed, and SQS delivers it again.
    expect(await bench.runJob.run(order.jobId, NEVER, 'm-1')).toEqual(letter);
    bench.advance(60_000);
    expect(await bench.runJob.run(order.jobId, NEVER, 'm-1')).toEqual(letter);
    expect(await bench.runJob.run(order.jobId, NEVER, 'm-2')).toEqual(done);
  });

  it('because it asks for what is not there ends at once, and is no dead letter', async () => {
    const bench = new Workbench();
    const order = await bench.queued('reading_level', { manga_id: 'MNG-NOSUCHID' });

    expect(await bench.runJob.run(order.jobId, NEVER)).toEqual(done);
    expect(await bench.look(order)).toMatchObject({ status: 'failed', attempt: 1, reason: { code: 'jobs.unknown-series' } });
  });

  it('because its input is none ends at once, saying what is wrong', async () => {
    const bench = new Workbench();
    const order = await bench.queued('translate', { target_language: 'fr', items: [] } as never);

    await bench.runJob.run(order.jobId, NEVER);

    expect(await bench.look(order)).toMatchObject({ status: 'failed', reason: { code: 'jobs.invalid-input' } });
  });

  it('because the model is busy waits at least as long as it is asked to, however often, and nothing is counted', async () => {
    const bench = new Workbench((_, index) => (index < 12 ? throttled : 'At last.'));
    const order = await bench.queued('prompt', aPrompt);

    const waits: number[] = [];
    for (let time = 0; time < 12; time++) {
      const settlement = await bench.runJob.run(order.jobId, NEVER);
      waits.push(settlement.kind === 'retry' ? settlement.delayMs : NaN);
    }

    expect(waits.slice(0, 3)).toEqual([7_000, 7_000, 7_000]);
    // A model that is busy for long is asked ever more rarely.
    expect(waits.every((waitMs) => waitMs >= 7_000 && waitMs <= 60_000)).toBe(true);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(30_000);

    expect(await bench.runJob.run(order.jobId, NEVER)).toEqual(done);
    expect(await bench.look(order)).toMatchObject({ status: 'completed', attempt: 13, failures: 0 });
  });

  it('after it has spent something says so, and the owner pays for the result alone', async () => {
    const bench = new Workbench([{ text: '{"facts":[]}', costUsd: 0.5 }, unfit, { text: '{"facts":[]}', costUsd: 0.25 }, { text: '{"judgements":[],"answer":"Yes.","confidence":1}', costUsd: 1 }]);
    const order = await bench.queued('pipeline', { manga_id: 'MNG-SEABLADE', question: 'Is it good?', language: 'en' });

    await bench.runJob.run(order.jobId, NEVER);
    await bench.runJob.run(order.jobId, NEVER);

    expect(await bench.look(order)).toMatchObject({ status: 'completed', spent: { costUsd: 0.5 }, outcome: { costUsd: 1.25, model: 'sonnet' } });
  });

  it('because it takes too long is counted, and says so', async () => {
    const bench = new Workbench(() => ({ text: 'Slow', until: new Promise(() => undefined) }));
    const order = await bench.queued('prompt', aPrompt);

    const running = bench.runJob.run(order.jobId, NEVER);
    await until('the model to be asked', () => bench.model.requests.length > 0);
    bench.timers.advance(240_000);

    expect(await running).toMatchObject({ kind: 'retry' });
    expect(await bench.look(order)).toMatchObject({ status: 'queued', failures: 1 });
  });
});

describe('a long job that was begun before', () => {
  it('is begun anew when what was kept of it has been cleared away', async () => {
    const bench = new Workbench((_, index) => (index === 1 ? unfit : `Text ${index}.`));
    const order = await bench.queued('heavy_analysis', { manga_id: 'MNG-SEABLADE', language: 'en' });
    await bench.runJob.run(order.jobId, NEVER);
    expect((await bench.look(order)).checkpointKey).toMatch(/^checkpoints\/store\//);
    bench.results.objects.clear();

    await bench.runJob.run(order.jobId, NEVER);

    expect(await bench.look(order)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(bench.model.requests).toHaveLength(2 + 6);
  });
});

describe('a job under way', () => {
  /** A job that has said its first word and waits for the test. */
  async function underWay(): Promise<{ bench: Workbench; order: Awaited<ReturnType<Workbench['queued']>>; running: ReturnType<Workbench['runJob']['run']>; drain: AbortController; goOn: () => void }> {
    const wait = Promise.withResolvers<void>();
    const bench = new Workbench(() => ({ text: 'Once upon a time', until: wait.promise }));
    const order = await bench.queued('prompt', aPrompt);
    const drain = new AbortController();
    const running = bench.runJob.run(order.jobId, drain.signal);
    await until('the model to be asked', () => bench.model.requests.length > 0);
    return { bench, order, running, drain, goOn: wait.resolve };
  }

  it('keeps its lease for as long as it takes', async () => {
    const { bench, order, running, goOn } = await underWay();
    for (let beat = 0; beat < 9; beat++) {
      bench.advance(10_000);
      await until('the lease to be renewed', async () => ((await bench.look(order)).leaseUntilMs ?? 0) === bench.clock.nowMs() + 30_000);
    }
    goOn();

    expect(await running).toEqual(done);
    expect(await bench.look(order)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  it('stops when its owner cancels it', async () => {
    const { bench, order, running } = await underWay();
    await bench.jobs.cancel(order.owner, order.jobId, bench.signal);
    bench.advance(10_000);

    expect(await running).toEqual(done);
    expect(await bench.look(order)).toMatchObject({ status: 'cancelled', pendingSteps: [] });
    expect(bench.told).toEqual(['job.cancelled']);
  });

  it('is handed back at once when the worker drains, and nothing is counted', async () => {
    const { bench, order, running, drain } = await underWay();
    drain.abort();

    expect(await running).toEqual({ kind: 'retry', delayMs: 0 });
    expect(await bench.look(order)).toMatchObject({ status: 'queued', attempt: 1, failures: 0 });
    expect(bench.told).toEqual([]);
  });

  it('is handed back although the store is away for a moment', async () => {
    const { bench, order, running, drain } = await underWay();
    bench.jobs.isDown = true;
    let hasEnded = false;
    void running.then(() => (hasEnded = true));
    drain.abort();
    await new Promise((resolve) => setImmediate(resolve));
    bench.jobs.isDown = false;
    await until('it to be written again', () => (bench.advance(500), hasEnded));

    expect(await running).toEqual({ kind: 'retry', delayMs: 0 });
    expect(await bench.look(order)).toMatchObject({ status: 'queued', attempt: 1, failures: 0 });
  });

  it('is lost, and not handed back, when somebody else has begun it meanwhile', async () => {
    const { bench, order, running, drain } = await underWay();
    bench.clock.advance(40_000);
    await bench.jobs.claim(order.jobId, { workerId: 'next', leaseMs: 30_000 }, bench.signal);
    drain.abort(new AppError('cancelled', 'queues.hold-lost', 'Somebody else may have the message by now.'));

    expect(await running).toEqual({ kind: 'retry', delayMs: 30_000 });
    expect(await bench.look(order)).toMatchObject({ status: 'processing', attempt: 2 });
  });

  it('fails, counted, when its worker may not run any longer, because the next one would not either', async () => {
    const { bench, order, running, drain } = await underWay();
    drain.abort(new DOMException('The invocation ends.', 'TimeoutError'));

    expect(await running).toMatchObject({ kind: 'retry' });
    expect(await bench.look(order)).toMatchObject({ status: 'queued', attempt: 1, failures: 1 });
  });

  it('that a frozen worker held belongs to the next one: whatever the first still does changes nothing', async () => {
    const { bench, order, running, goOn } = await underWay();
    // Frozen: the time passes and no timer runs.
    bench.clock.advance(40_000);
    const next = await bench.jobs.claim(order.jobId, { workerId: 'next', leaseMs: 30_000 }, bench.signal);
    goOn();

    expect(next).toMatchObject({ kind: 'claimed', job: { attempt: 2 } });
    expect(await running).toEqual({ kind: 'retry', delayMs: 30_000 });
    expect(await bench.look(order)).toMatchObject({ status: 'processing', attempt: 2 });
    expect([bench.told, bench.ledger.rows.size]).toEqual([[], 0]);
  });

  it('stops when it hears that it is lost', async () => {
    const { bench, order, running } = await underWay();
    bench.clock.advance(40_000);
    await bench.jobs.claim(order.jobId, { workerId: 'next', leaseMs: 30_000 }, bench.signal);
    bench.timers.advance(10_000);

    expect(await running).toEqual({ kind: 'retry', delayMs: 30_000 });
  });

  it('goes on while the store is away for a moment, and gives up when it was away for a whole lease', async () => {
    const { bench, order, running, goOn } = await underWay();
    bench.jobs.isDown = true;
    bench.advance(10_000);
    bench.jobs.isDown = false;
    goOn();
    await running;
    expect(await bench.look(order)).toMatchObject({ status: 'completed' });

    const second = await underWay();
    second.bench.jobs.isDown = true;
    for (let beat = 0; beat < 3; beat++) {
      second.bench.advance(10_000);
      await until('the next beat', () => second.bench.timers.pending >= 2 || second.bench.model.requests[0]?.call.signal.aborted === true);
    }
    expect(await second.running).toEqual({ kind: 'retry', delayMs: 30_000 });
  });
});

describe('what follows a job’s end', () => {
  it('is done by somebody else when the first has crashed, and only what is left', async () => {
    const bench = new Workbench();
    bench.topic.isDown = true;
    const order = await bench.queued('prompt', aPrompt);
    await bench.runJob.run(order.jobId, NEVER);
    expect((await bench.look(order)).pendingSteps).toEqual(['notify']);

    bench.topic.isDown = false;
    bench.advance(60_000);
    await bench.runJob.run(order.jobId, NEVER);

    expect((await bench.look(order)).pendingSteps).toEqual([]);
    expect(bench.told).toEqual(['job.completed']);
  });
});
