import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { ScriptedLanguageModel } from '@manga-assist/bedrock/testing';
import { until } from '@manga-assist/foundation/testing';
import { openSqsDeadLetters, type DeadLetter, type DeadLetters } from '@manga-assist/queues';
import { LocalWorld } from '../testing/local-world.ts';

jest.setTimeout(60_000);

const QUEUE = 'manga-fm-normal';
const unfit = new AppError('unavailable', 'bedrock.unfit-answer', 'The model gave an answer that cannot be used.');
const aPrompt = { prompt: 'Tell me about pirates.' };

let world: LocalWorld;
let deadLetters: DeadLetters;

beforeAll(async () => {
  world = await LocalWorld.start(process.env);
  deadLetters = openSqsDeadLetters({ deadLetterQueues: ['manga-fm-dlq'] });
});

afterEach(() => world.stopWorkers());

afterAll(async () => {
  await deadLetters.close();
  await world.close();
});

const letterOf = (what: string, isIt: (letter: DeadLetter) => boolean): Promise<DeadLetter> =>
  until(`a dead letter: ${what}`, async () => (await deadLetters.list({}, 100, world.signal)).find(isIt));

describe('a worker at its queues', () => {
  it.each([
    ['is not JSON', 'What?', 'job.run', 'queues.not-json'],
    ['is no object', '[1]', 'job.run', 'queues.not-an-object'],
    ['names no job', '{"v":1}', 'job.run', 'jobs.malformed-message'],
    ['is of no version', '{"v":"two","job_id":"0b5c1f5e-54f7-4c55-9d4c-0d0e6f6f2a01"}', 'job.run', 'jobs.malformed-message'],
    ['names a job that is not there', '{"v":1,"job_id":"0b5c1f5e-54f7-4c55-9d4c-0d0e6f6f2a02"}', 'job.run', 'jobs.unknown'],
    ['belongs into another queue', '{"order":"ORD-12345678"}', 'order.placed', 'queues.unknown-pattern'],
  ])('puts a message that %s with the dead letters, saying why, and goes on', async (_, body, pattern, code) => {
    await world.worker({}, new ScriptedLanguageModel(() => 'Arr.'));
    await world.put(QUEUE, body, pattern);

    expect(await letterOf(code, (letter) => letter.body === body)).toMatchObject({ code, sourceQueue: QUEUE });
    expect(await world.finished(await world.submit('prompt', aPrompt))).toMatchObject({ status: 'completed' });
  });

  it('ends a job whose message names it and is wrong otherwise, and says so in its row', async () => {
    await world.worker({}, new ScriptedLanguageModel(() => 'Arr.'));
    const order = world.order('prompt', aPrompt);
    await world.jobs.create(order, world.signal);
    await world.put(QUEUE, JSON.stringify({ v: 0, job_id: order.jobId }), 'job.run');

    expect(await world.finished(order)).toMatchObject({ status: 'failed', reason: { code: 'jobs.malformed-message', message: expect.stringContaining('v must be one of') } });
    expect(await letterOf('the message', ({ body }) => body.includes(order.jobId))).toMatchObject({ code: 'jobs.malformed-message' });
  });

  it('puts a job that has failed three times there too, with the reason', async () => {
    await world.worker({}, new ScriptedLanguageModel(() => unfit));
    const order = await world.submit('prompt', aPrompt);

    expect(await world.finished(order)).toMatchObject({ status: 'failed', failures: 3, reason: { code: 'bedrock.unfit-answer' } });
    expect(await letterOf('the job', ({ body }) => body.includes(order.jobId))).toMatchObject({ code: 'bedrock.unfit-answer', reason: unfit.message });
  });

  it('does a job once, however often it is delivered', async () => {
    const model = new ScriptedLanguageModel(() => 'Arr.');
    const worker = await world.worker({}, model);
    const order = world.order('prompt', aPrompt);
    await world.jobs.create(order, world.signal);

    await Promise.all([1, 2].map(() => world.send(order)));
    await world.finished(order);
    await world.send(order);
    await until('the last one to be settled', async () => /manga_queue_settlements_total\{[^}]*outcome="done"[^}]*\} 2/.test(await (await fetch(`${worker.url}/metrics`)).text()));

    expect(model.requests).toHaveLength(1);
    const events = await toldOf(order.jobId);
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  });

  it('tells everybody who listens, with attributes to filter by', async () => {
    await world.worker({}, new ScriptedLanguageModel(() => 'Arr.'));
    const order = await world.submit('prompt', aPrompt, { metadata: { ticket: 'T-1' } });
    await world.finished(order);

    const [event] = await toldOf(order.jobId);
    expect(event).toMatchObject({ v: 1, type: 'job.completed', owner: { tenant_id: 'store' }, data: { request_id: order.jobId, metadata: { ticket: 'T-1' }, result: { response: 'Arr.' } } });
    expect(event?.attributes).toEqual({ event_type: 'job.completed', job_type: 'prompt', status: 'completed', tenant_id: 'store', priority: 'normal', trace_parent: order.traceParent });
  });

  it('hands what it cannot end to the next worker when it stops', async () => {
    const hanging = new ScriptedLanguageModel(() => ({ text: 'Once upon a time', until: new Promise(() => undefined) }));
    const first = await world.worker({ drainTimeoutMs: 2_000 }, hanging);
    const order = await world.submit('prompt', aPrompt);
    await until('the first worker to work', () => hanging.requests.length > 0);

    await first.close();
    expect(await world.look(order)).toMatchObject({ status: 'queued', failures: 0 });
    await world.worker({}, new ScriptedLanguageModel(() => 'Arr.'));

    // Sooner than the 30 s after which SQS would deliver by itself.
    expect(await world.finished(order, 25_000)).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
  });

  it('lets what it can end in time end when it stops', async () => {
    const wait = Promise.withResolvers<void>();
    const model = new ScriptedLanguageModel(() => ({ text: 'Once upon a time', until: wait.promise }));
    const worker = await world.worker({}, model);
    const order = await world.submit('prompt', aPrompt);
    await until('the worker to work', () => model.requests.length > 0);

    const closing = worker.close();
    wait.resolve();
    await closing;

    expect(await world.look(order)).toMatchObject({ status: 'completed', attempt: 1, pendingSteps: [] });
  });

  it('stops a job that its owner cancels while it is worked on', async () => {
    const hanging = new ScriptedLanguageModel(() => ({ text: 'Once upon a time', until: new Promise(() => undefined) }));
    await world.worker({ leaseMs: 3_000 }, hanging);
    const order = await world.submit('prompt', aPrompt);
    await until('the worker to work', () => hanging.requests.length > 0);

    await world.jobs.cancel(order.owner, order.jobId, world.signal);

    expect(await world.finished(order)).toMatchObject({ status: 'cancelled', attempt: 1, failures: 0 });
    expect(await toldOf(order.jobId)).toMatchObject([{ type: 'job.cancelled' }]);
  });

  it('takes over what a dead worker has left, after which the dead one can write no more', async () => {
    await world.worker({}, new ScriptedLanguageModel(() => 'Arr.'));
    const order = world.order('prompt', aPrompt);
    await world.jobs.create(order, world.signal);
    await world.jobs.claim(order.jobId, { workerId: 'dead', leaseMs: 100 }, world.signal);
    await world.send(order);

    const job = await world.finished(order);
    const late = await world.jobs.complete({ jobId: order.jobId, attempt: 1 }, { usage: { inputTokens: 1, outputTokens: 1 }, costUsd: 9 }, world.signal);

    expect(job).toMatchObject({ status: 'completed', attempt: 2, outcome: { resultKey: `results/store/${order.jobId}/2.json` } });
    expect(late).toBeUndefined();
    expect(await world.look(order)).toEqual(job);
  });

  it('tells the owner of a job whose time was over before it was begun', async () => {
    const model = new ScriptedLanguageModel(() => 'Arr.');
    const order = await world.submit('prompt', aPrompt, { expiresAtMs: Date.now() + 500 });
    await until('its time to be over', () => Date.now() > order.expiresAtMs);
    await world.worker({}, model);

    expect(await world.finished(order)).toMatchObject({ status: 'expired', attempt: 0 });
    expect(await toldOf(order.jobId)).toMatchObject([{ type: 'job.expired' }]);
    expect(model.requests).toHaveLength(0);
  });

  it('goes on with a long job from where an attempt that broke off has left it', async () => {
    const model = new ScriptedLanguageModel((_, index) => (index === 3 ? new AppError('unavailable', 'bedrock.stream-cut', 'Cut.') : `Text ${index}.`));
    await world.worker({}, model);
    const order = await world.submit('heavy_analysis', { manga_id: 'MNG-SEABLADE', language: 'en' });

    const job = await world.finished(order);

    expect(job).toMatchObject({ status: 'completed', attempt: 2, failures: 0, progress: { done: 6, total: 6 } });
    const sections = (await world.results.get(job.outcome?.resultKey ?? '', world.signal))['sections'] as { text: string }[];
    expect(sections.map(({ text }) => text)).toEqual(['Text 0.', 'Text 1.', 'Text 2.', 'Text 4.', 'Text 5.', 'Text 6.']);
  });

  it('counts what it does', async () => {
    const worker = await world.worker({}, new ScriptedLanguageModel(() => ({ text: 'Arr.', usage: { inputTokens: 9, outputTokens: 2 }, costUsd: 0.25 })));
    // In a queue of its own: a second message of an earlier test may still come back to the others.
    await world.finished(await world.submit('prompt', aPrompt, { priority: 'high' }));

    const metrics = await (await fetch(`${worker.url}/metrics`)).text();

    expect(metrics).toMatch(/manga_job_attempt_seconds_count\{[^}]*type="prompt"[^}]*\} 1/);
    expect(metrics).toMatch(/manga_job_tokens_total\{[^}]*direction="in"[^}]*\} 9/);
    expect(metrics).toMatch(/manga_job_cost_usd_total\{[^}]*use="result"[^}]*\} 0\.25/);
    expect(metrics).toMatch(/manga_queue_dwell_seconds_count\{[^}]*queue="manga-fm-high-priority"[^}]*\} 1/);
    expect(metrics).toMatch(/manga_queue_messages\{[^}]*state="waiting"[^}]*\} \d/);
  });
});

interface Told {
  id: string;
  type: string;
  data: { request_id: string };
  attributes: Record<string, string>;
}

/** What the gateways' queue was told of a job. */
async function toldOf(jobId: string): Promise<Told[]> {
  return until('the topic to tell', async () => {
    const messages = await world.take('manga-fm-results-chat-gateway');
    const told = messages.map(({ body, attributes }) => ({ ...(JSON.parse(body) as Told), attributes })).filter(({ data }) => data.request_id === jobId);
    return told.length > 0 ? told : undefined;
  });
}
