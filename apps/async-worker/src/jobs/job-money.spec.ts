import { describe, expect, it } from '@jest/globals';
import type { ModelRequest } from '@manga-assist/bedrock';
import type { ScriptedReply } from '@manga-assist/bedrock/testing';
import { AppError } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import type { JobOrder } from '@manga-assist/jobs';
import { Workbench } from '../testing/workbench.ts';

const NEVER = new AbortController().signal;
const FOREVER = new Promise<never>(() => undefined);
const cut = new AppError('unavailable', 'bedrock.stream-cut', 'Cut.');
const unfit = new AppError('unavailable', 'bedrock.unfit-answer', 'The model gave an answer that cannot be used.');
const aHeavyJob = { manga_id: 'MNG-SEABLADE', language: 'en' } as const;

/** The n-th section costs n dollars. */
const section = (request: ModelRequest): ScriptedReply => {
  const written = /<notes>(.*)<\/notes>/.exec(JSON.stringify(request.messages))?.[1]?.match(/heading/g)?.length ?? 0;
  return { text: `Section ${written + 1}.`, costUsd: written + 1, usage: { inputTokens: 100, outputTokens: 10 } };
};
const ALL_SECTIONS_USD = 1 + 2 + 3 + 4 + 5 + 6;

/** A heavy job, and the worker's model; the calls of these numbers, from 0, end otherwise. */
async function heavyJob(otherwise: Record<number, ScriptedReply> = {}) {
  const bench = new Workbench((request, index) => otherwise[index] ?? section(request));
  const order = await bench.queued('heavy_analysis', aHeavyJob);
  return { bench, order, run: () => bench.runJob.run(order.jobId, NEVER) };
}

/** What the rows of its calls add up to, and what its own row says. */
const moneyOf = (bench: Workbench, { jobId }: JobOrder) => {
  const costs = bench.ledger.costsOf(jobId);
  return { calls: bench.model.booked.reduce((sum, { costUsd }) => sum + costUsd, 0), owner: costs?.ownerCostUsd, waste: costs?.waste.costUsd };
};

describe('the money of a long job', () => {
  it('is its owner’s for every section, and nobody’s waste, when all goes well', async () => {
    const { bench, order, run } = await heavyJob();

    await run();

    expect(moneyOf(bench, order)).toEqual({ calls: ALL_SECTIONS_USD, owner: ALL_SECTIONS_USD, waste: 0 });
    expect((await bench.look(order)).outcome).toMatchObject({ usage: { inputTokens: 600, outputTokens: 60 } });
  });

  it('is its owner’s for the sections that an earlier attempt has written, and waste for the one that broke off', async () => {
    const { bench, order, run } = await heavyJob({ 3: { text: 'Half a', failsWith: cut, costUsd: 0.5 } });

    await run();
    await run();

    expect(await bench.look(order)).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
    expect(moneyOf(bench, order)).toEqual({ calls: ALL_SECTIONS_USD + 0.5, owner: ALL_SECTIONS_USD, waste: 0.5 });
    expect((await bench.look(order)).outcome).toMatchObject({ usage: { inputTokens: 600, outputTokens: 60 }, waste: { inputTokens: 10 } });
  });

  it('is waste for a section that was answered and could not be used', async () => {
    const { bench, order, run } = await heavyJob({ 1: { text: 'Cut', stopReason: 'max_tokens', costUsd: 0.25 }, 3: { text: ' ', costUsd: 0.125 } });

    for (const _ of [1, 2, 3]) await run();

    expect(await bench.look(order)).toMatchObject({ status: 'completed', attempt: 3, failures: 2 });
    expect(moneyOf(bench, order)).toEqual({ calls: ALL_SECTIONS_USD + 0.375, owner: ALL_SECTIONS_USD, waste: 0.375 });
  });

  it('is booked alike when the worker hands the job back in the middle of a section', async () => {
    const { bench, order, run } = await heavyJob({ 2: { text: 'Once upon a time', until: FOREVER, costUsd: 0.5 } });
    const drain = new AbortController();
    const running = bench.runJob.run(order.jobId, drain.signal);
    await until('the third section', () => bench.model.requests.length === 3);
    drain.abort();
    await running;

    await run();

    expect(moneyOf(bench, order)).toEqual({ calls: ALL_SECTIONS_USD + 0.5, owner: ALL_SECTIONS_USD, waste: 0.5 });
  });

  it('is booked alike when the worker crashes, but for the call that was under way', async () => {
    const { bench, order, run } = await heavyJob({ 2: { text: 'Once upon a time', until: FOREVER, costUsd: 0.5 }, 4: { text: 'Half a', failsWith: cut, costUsd: 0.25 } });
    void run();
    await until('the third section', () => bench.model.requests.length === 3);
    // Frozen: the time passes and no timer runs.
    bench.clock.advance(40_000);

    await run();
    await run();

    expect(await bench.look(order)).toMatchObject({ status: 'completed', attempt: 3, failures: 0 });
    expect(moneyOf(bench, order)).toEqual({ calls: ALL_SECTIONS_USD + 0.25, owner: ALL_SECTIONS_USD, waste: 0.25 });
  });

  it('remembers which model wrote the sections that are kept, and that one stood in', async () => {
    const { bench, order, run } = await heavyJob({ 0: { text: 'Section 1.', model: 'haiku', costUsd: 1 }, 1: unfit });

    await run();
    await run();

    expect((await bench.look(order)).outcome).toMatchObject({ model: 'sonnet', isDegraded: true });
  });

  it('is all waste when the job ends without a result', async () => {
    const { bench, order, run } = await heavyJob({ 2: unfit, 3: unfit, 4: unfit });

    for (const _ of [1, 2, 3]) await run();

    expect(await bench.look(order)).toMatchObject({ status: 'failed', failures: 3 });
    expect(moneyOf(bench, order)).toEqual({ calls: 3, owner: 0, waste: 3 });
  });

  it('is its owner’s after all when the failed job is sent back and ends well', async () => {
    const { bench, order, run } = await heavyJob({ 2: unfit, 3: unfit, 4: unfit, 5: { text: 'Half', failsWith: cut, costUsd: 0.5 } });
    for (const _ of [1, 2, 3]) await run();
    await bench.jobs.requeue(order.jobId, bench.signal);

    await run();
    await run();

    expect(await bench.look(order)).toMatchObject({ status: 'completed', attempt: 5 });
    expect(moneyOf(bench, order)).toEqual({ calls: ALL_SECTIONS_USD + 0.5, owner: ALL_SECTIONS_USD, waste: 0.5 });
  });

  it('counts nothing for sections of a checkpoint that does not say what they cost', async () => {
    const { bench, order, run } = await heavyJob({ 2: unfit });
    await run();
    const { checkpointKey = '' } = await bench.look(order);
    const { money: _money, ...old } = JSON.parse(bench.results.objects.get(checkpointKey) ?? '{}') as { money?: object };
    bench.results.objects.set(checkpointKey, JSON.stringify(old));

    await run();

    expect(moneyOf(bench, order)).toEqual({ calls: ALL_SECTIONS_USD, owner: 3 + 4 + 5 + 6, waste: 1 + 2 });
  });
});

describe('the money of a bulk job', () => {
  it('is counted to the last token when one of its parts fails', async () => {
    const away = new AppError('unavailable', 'bedrock.unavailable', 'Away.');
    const wait = Promise.withResolvers<void>();
    const bench = new Workbench((_, index) => (index === 3 ? { text: 'No', failsWith: away, until: wait.promise, costUsd: 1 } : { text: 'Once upon a time', until: FOREVER, costUsd: 10 }));
    const items = Array.from({ length: 50 }, (_, index) => ({ id: `r${index}`, text: 'A word on this series. '.repeat(170) }));
    const order = await bench.queued('content_moderation', { items });

    const running = bench.runJob.run(order.jobId, NEVER);
    await until('four parts', () => bench.model.requests.length === 4);
    wait.resolve();
    await running;

    expect(bench.model.requests).toHaveLength(4);
    expect(bench.model.requests.every(({ call }) => call.signal.aborted)).toBe(true);
    expect((await bench.look(order)).spent).toMatchObject({ inputTokens: 40, costUsd: 31 });
    expect(bench.model.booked.map(({ outcome }) => outcome).sort()).toEqual(['cancelled', 'cancelled', 'cancelled', 'failed']);
  });
});
