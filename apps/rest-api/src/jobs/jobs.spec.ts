import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import { claimCheckOf, type Job } from '@manga-assist/jobs';
import { anOutcome } from '@manga-assist/jobs/testing';
import type { JobAcceptedResponse, JobStatusResponse, ProblemResponse } from '@manga-assist/schemas/rest';
import { RestApiUnderTest } from '../testing/rest-api-under-test.ts';

const OWNER = { tenantId: 'store', subject: 'demo-customer-1' };
const { signal } = new AbortController();

let api: RestApiUnderTest;

beforeEach(async () => void (api = await new RestApiUnderTest().start()));
afterEach(() => api.close());

const submit = (body: object, headers: Record<string, string> = {}) => api.call<JobAcceptedResponse>('POST', '/v1/manga/requests', body, { headers });
const statusOf = (id: string, key = 'local') => api.call<JobStatusResponse>('GET', `/v1/manga/status/${id}`, undefined, { key });

async function jobOf(id: string): Promise<Job> {
  const job = await api.jobs.get(OWNER, id, signal);
  if (job === undefined) throw new Error('there is no such job');
  return job;
}

/** As a worker would: claims the job and ends it well. */
async function complete(id: string, outcome: Parameters<typeof anOutcome>[0]): Promise<void> {
  const claimed = await api.jobs.claim(id, { workerId: 'w', leaseMs: 30_000 }, signal);
  if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
  await api.jobs.complete({ jobId: id, attempt: claimed.job.attempt }, anOutcome(outcome), signal);
}

describe('a request that need not be waited for', () => {
  it('is written down, put into its queue and accepted', async () => {
    const { status, headers, body } = await submit({
      prompt: 'Analyze the art style evolution in Berserk volumes 1-40',
      model: 'sonnet',
      max_tokens: 2048,
      priority: 'high',
      metadata: { desk: 'seinen' },
    });

    expect(status).toBe(202);
    expect(body).toEqual({ message: 'Request submitted', request_id: expect.stringMatching(/^[0-9a-f-]{36}$/), status: 'queued', status_url: `/v1/manga/status/${body.request_id}` });
    expect([headers.get('location'), headers.get('retry-after')]).toEqual([body.status_url, '1']);
    const job = await jobOf(body.request_id);
    expect(job).toMatchObject({ type: 'prompt', input: { prompt: 'Analyze the art style evolution in Berserk volumes 1-40' }, model: 'sonnet', maxTokens: 2048, priority: 'high', metadata: { desk: 'seinen' } });
    expect(job.sentAtMs).toBeDefined();
    expect(api.queues.sent).toEqual([claimCheckOf(job)]);
    expect(JSON.parse(api.queues.sent[0]?.body ?? '')).toEqual({ v: 1, job_id: body.request_id });
  });

  it.each([
    ['genre_classification', { manga_id: 'MNG-ZR7FDT9V' }, 'manga-fm-normal'],
    ['content_summary', { manga_id: 'MNG-ZR7FDT9V' }, 'manga-fm-normal'],
    ['similar_series', { manga_id: 'MNG-ZR7FDT9V' }, 'manga-fm-normal'],
    ['reading_level', { manga_id: 'MNG-ZR7FDT9V' }, 'manga-fm-normal'],
    ['full_enrichment', { manga_id: 'MNG-ZR7FDT9V', additional_context: '新装版あり' }, 'manga-fm-normal'],
    ['content_moderation', { items: [{ id: 'r1', text: '最高でした！' }] }, 'manga-fm-normal'],
    ['translate', { target_language: 'en', items: [{ id: 't1', text: '海賊王' }] }, 'manga-fm-normal'],
    ['pipeline', { manga_id: 'MNG-ZR7FDT9V', question: 'For whom is it?' }, 'manga-fm-normal'],
    ['cover_analysis', { manga_id: 'MNG-ZR7FDT9V' }, 'manga-fm-normal'],
    ['summarise_conversation', { conversation_id: '6f2c1d3e-8a47-4b1f-9c55-0d9e2a7b4c66' }, 'manga-fm-ordered.fifo'],
    ['heavy_analysis', { manga_id: 'MNG-ZR7FDT9V', language: 'ja' }, 'manga-fm-ordered.fifo'],
  ])('may be of the type %s', async (type, input, queueName) => {
    const { status, body } = await submit({ type, input });

    expect(status).toBe(202);
    expect(await jobOf(body.request_id)).toMatchObject({ type, input });
    expect(api.queues.sent).toMatchObject([{ queueName, attributes: { JobType: type } }]);
  });

  it('is cleaned of what nobody can see', async () => {
    const { body } = await submit({ prompt: 'ワン\u200bピース\u202e' });

    expect((await jobOf(body.request_id)).input).toEqual({ prompt: 'ワンピース' });
  });

  it('stays in its caller’s trace, on its row and in the queue', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

    const { body } = await submit({ prompt: 'a' }, { traceparent });
    await submit({ prompt: 'b' }, { traceparent: 'none' });

    expect((await jobOf(body.request_id)).traceParent).toBe(traceparent);
    expect(api.queues.sent.map(({ attributes }) => attributes?.['TraceParent'])).toEqual([traceparent, expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)]);
  });

  it('takes null for nothing, as many clients write it', async () => {
    const { status, body } = await submit({ prompt: 'a', model: null, callback_url: null, metadata: null });

    expect(status).toBe(202);
    expect(await jobOf(body.request_id)).not.toHaveProperty('metadata');
  });

  it('names the endpoint of its callback, whose secret is asked for there', async () => {
    const { body } = await submit({ prompt: 'a', callback_url: 'https://partner.example.com/hook' });

    const [endpoint] = await api.webhooks.endpoints.list(OWNER, signal);
    expect(body.webhook_endpoint_id).toBe(endpoint?.endpointId);
  });

  it('is accepted while SQS is away, because it is written down', async () => {
    api.queues.isDown = true;

    const { status, body } = await submit({ prompt: 'a' });

    expect(status).toBe(202);
    expect((await jobOf(body.request_id)).sentAtMs).toBeUndefined();
  });

  it('needs a key that may write', async () => {
    expect((await api.call('POST', '/v1/manga/requests', { prompt: 'a' }, { key: 'jobs-only' })).status).toBe(403);
    expect((await api.call('POST', '/v1/manga/requests', { prompt: 'a' }, { key: '' })).status).toBe(401);
  });

  it.each<[string, object | string, string[]]>([
    ['nothing', {}, ['prompt']],
    ['an unknown type', { type: 'summon', input: {} }, ['type']],
    ['a type without its input', { type: 'translate' }, ['input']],
    ['a prompt beside another type', { type: 'reading_level', prompt: 'x', input: { manga_id: 'MNG-ZR7FDT9V' } }, ['prompt']],
    ['a prompt said twice', { prompt: 'x', input: { prompt: 'y' } }, ['input']],
    ['an id that is none', { type: 'reading_level', input: { manga_id: 'MNG-1' } }, ['input.manga_id']],
    ['an unknown field within', { type: 'reading_level', input: { manga_id: 'MNG-ZR7FDT9V', system: 'x' } }, ['input.system']],
    ['51 texts', { type: 'translate', input: { target_language: 'en', items: Array.from({ length: 51 }, (_, index) => ({ id: `t${index}`, text: 'x' })) } }, ['input.items']],
    ['the same id twice', { type: 'content_moderation', input: { items: [{ id: 'a', text: 'x' }, { id: 'a', text: 'y' }] } }, ['input.items']],
    ['a text that nothing is left of', { type: 'content_moderation', input: { items: [{ id: 'a', text: '\u200b' }] } }, ['input.items.0.text']],
    ['a cover outside its bucket', { type: 'cover_analysis', input: { manga_id: 'MNG-ZR7FDT9V', cover_key: '../secrets.png' } }, ['input.cover_key']],
    ['20,001 characters', { prompt: 'あ'.repeat(20_001) }, ['prompt']],
    ['an unknown priority', { prompt: 'x', priority: 'urgent' }, ['priority']],
    ['a model id', { prompt: 'x', model: 'anthropic.claude-3-sonnet-20240229-v1:0' }, ['model']],
    ['max_tokens of 0', { prompt: 'x', max_tokens: 0 }, ['max_tokens']],
    ['an hour that is too short', { prompt: 'x', expires_in_seconds: 59 }, ['expires_in_seconds']],
    ['5 KiB of metadata', { prompt: 'x', metadata: { note: 'x'.repeat(5_000) } }, ['metadata']],
    ['metadata that is a list', { prompt: 'x', metadata: ['x'] }, ['metadata']],
    ['a callback over http', { prompt: 'x', callback_url: 'http://partner.example.com/hook' }, ['callback_url']],
    ['a callback to this machine', { prompt: 'x', callback_url: 'https://127.0.0.1/hook' }, ['callback_url']],
    ['a callback to the metadata service', { prompt: 'x', callback_url: 'https://169.254.169.254/latest' }, ['callback_url']],
    ['problems of fields, of what they mean together and of other fields', { type: 'reading_level', input: { manga_id: 'x', additional_context: '\u200b' }, priority: 'urgent', callback_url: 'https://localhost/', metadata: { note: 'x'.repeat(5_000) } }, ['callback_url', 'input.additional_context', 'input.manga_id', 'metadata', 'priority']],
    ['an unknown type and more', { type: 'summon', max_tokens: 0, callback_url: 'https://10.0.0.1/' }, ['callback_url', 'max_tokens', 'type']],
    ['null for what must be there', { type: 'translate', input: null, priority: null }, ['input', 'priority']],
    ['a list for a body', [], ['$']],
    ['several problems', { type: 'reading_level', input: { manga_id: 'x' }, callback_url: 'https://localhost/', metadata: { note: 'x'.repeat(5_000) } }, ['callback_url', 'input.manga_id', 'metadata']],
  ])('with %s is refused, every problem named, and nothing is written', async (_what, body, paths) => {
    const { status, headers, body: problem } = await api.call<ProblemResponse>('POST', '/v1/manga/requests', body);

    expect([status, headers.get('content-type'), problem.code]).toEqual([400, 'application/problem+json', 'request.invalid']);
    expect([...new Set(problem.details.map(({ path }) => path))].sort()).toEqual(paths);
    expect(api.queues.sent).toEqual([]);
    expect(await api.webhooks.endpoints.list(OWNER, signal)).toEqual([]);
  });

  it('of 300 KiB is refused before it is read', async () => {
    expect((await submit({ prompt: 'x'.repeat(300 * 1024) })).status).toBe(413);
  });
});

describe('a request with an Idempotency-Key', () => {
  const HEADERS = { 'idempotency-key': '"october-1"' };

  it('is done once and answered alike', async () => {
    const first = await submit({ prompt: 'a' }, HEADERS);
    const second = await submit({ prompt: 'a' }, { 'idempotency-key': 'october-1' });

    expect([second.status, second.text]).toEqual([202, first.text]);
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([null, 'true']);
    expect(api.queues.sent).toHaveLength(1);
  });

  it('is done once when it comes fifty times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => submit({ prompt: 'a' }, HEADERS)));

    const accepted = answers.filter(({ status }) => status === 202);
    expect(new Set(accepted.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 409).length).toBe(50 - accepted.length);
    expect(api.queues.sent).toHaveLength(1);
  });

  it('is refused when the key was used for something else', async () => {
    await submit({ prompt: 'a' }, HEADERS);

    const { status, text } = await submit({ prompt: 'b' }, HEADERS);

    expect(status).toBe(422);
    expect(text).toContain('request.idempotency-key-reused');
  });

  it('makes nothing twice when its answer is long forgotten, and is told how its job stands', async () => {
    const first = await submit({ prompt: 'a' }, HEADERS);
    await complete(first.body.request_id, {});
    api.idempotencyClock.advance(25 * 60 * 60_000);

    const second = await submit({ prompt: 'a' }, HEADERS);

    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([202, 'true']);
    expect(second.body).toEqual({ ...first.body, status: 'completed' });
    expect(api.queues.sent).toHaveLength(1);
  });

  it('may be sent again in a moment while it is being answered', async () => {
    const sent = Promise.withResolvers<void>();
    api.queues.answersAfter = sent.promise;
    const first = submit({ prompt: 'a' }, HEADERS);
    await until('the first to be under way', () => api.queues.unanswered === 1);

    const early = await api.call<ProblemResponse>('POST', '/v1/manga/requests', { prompt: 'a' }, { headers: HEADERS });
    sent.resolve();

    expect([early.status, early.body.code, early.body.retryable, early.headers.get('retry-after')]).toEqual([409, 'request.still-running', true, '1']);
    const accepted = await first;
    expect((await submit({ prompt: 'a' }, HEADERS)).text).toBe(accepted.text);
  });

  it('shares its key with nobody', async () => {
    await submit({ prompt: 'a' }, HEADERS);

    const { status } = await api.call('POST', '/v1/manga/requests', { prompt: 'b' }, { key: 'neighbour', headers: HEADERS });

    expect(status).toBe(202);
    expect(api.queues.sent).toHaveLength(2);
  });

  it('does not remember a refusal', async () => {
    expect((await submit({ type: 'translate' }, HEADERS)).status).toBe(400);
    expect((await submit({ prompt: 'a' }, HEADERS)).status).toBe(202);
  });

  it.each(['x'.repeat(256), '""', '"a', 'with space'])('is refused with the key %j', async (key) => {
    const { status, text } = await submit({ prompt: 'a' }, { 'idempotency-key': key });

    expect(status).toBe(400);
    expect(text).toContain('request.invalid-idempotency-key');
  });
});

describe('the status of a request', () => {
  it('tells what the customer’s interface tells, and how it goes', async () => {
    const { body } = await submit({ prompt: 'a', metadata: { desk: 'seinen' } });

    const queued = await statusOf(body.request_id);

    expect(queued.status).toBe(200);
    expect(queued.body).toMatchObject({ request_id: body.request_id, status: 'queued', type: 'prompt', attempts: 0, failures: 0, metadata: { desk: 'seinen' } });
    expect(Number.isInteger(queued.body.created_at)).toBe(true);
    expect(queued.body).not.toHaveProperty('completed_at');
  });

  it('holds a small result, who made it and what it cost', async () => {
    const { body } = await submit({ prompt: 'a' });
    await complete(body.request_id, { inlineResult: { text: '海賊の物語' } });

    const { body: done } = await statusOf(body.request_id);

    expect(done).toMatchObject({ status: 'completed', result: { text: '海賊の物語' }, model: 'haiku', usage: { input_tokens: 612, output_tokens: 48 }, estimated_cost_usd: 0.25 });
    expect(Number.isInteger(done.completed_at)).toBe(true);
  });

  it('reads a middling result from its object and links to a large one', async () => {
    const [middling, large] = [(await submit({ prompt: 'a' })).body.request_id, (await submit({ prompt: 'b' })).body.request_id];
    for (const [id, result] of [[middling, { text: 'x'.repeat(20_000) }], [large, { text: 'x'.repeat(70_000) }]] as const) {
      const { key, bytes } = await api.results.put({ owner: OWNER, jobId: id, attempt: 1 }, result, signal);
      const { inlineResult: _none, ...outcome } = anOutcome({ resultKey: key, resultBytes: bytes });
      const claimed = await api.jobs.claim(id, { workerId: 'w', leaseMs: 30_000 }, signal);
      expect(claimed.kind).toBe('claimed');
      await api.jobs.complete({ jobId: id, attempt: 1 }, outcome, signal);
    }

    expect((await statusOf(middling)).body.result).toEqual({ text: 'x'.repeat(20_000) });
    const { body } = await statusOf(large);
    expect(body.result).toBeUndefined();
    expect(body.result_url).toEqual(expect.any(String));
  });

  it('is told while results cannot be read, with a link to try later', async () => {
    const { body } = await submit({ prompt: 'a' });
    const { inlineResult: _none, ...outcome } = anOutcome({ resultKey: 'results/gone', resultBytes: 20_000 });
    await api.jobs.claim(body.request_id, { workerId: 'w', leaseMs: 30_000 }, signal);
    await api.jobs.complete({ jobId: body.request_id, attempt: 1 }, outcome, signal);

    const { status, body: told } = await statusOf(body.request_id);

    expect([status, told.status, told.result]).toEqual([200, 'completed', undefined]);
    expect(told.result_url).toEqual(expect.any(String));
  });

  it('says why a request failed', async () => {
    const { body } = await submit({ type: 'reading_level', input: { manga_id: 'MNG-00000000' } });
    const claimed = await api.jobs.claim(body.request_id, { workerId: 'w', leaseMs: 30_000 }, signal);
    expect(claimed.kind).toBe('claimed');
    const reason = { code: 'jobs.unknown-series', message: 'There is no such series.' };
    await api.jobs.fail({ jobId: body.request_id, attempt: 1 }, { reason, isFinal: true, spent: { inputTokens: 0, outputTokens: 0, costUsd: 0 } }, signal);

    expect((await statusOf(body.request_id)).body).toMatchObject({ status: 'failed', reason });
  });

  it('is the same for another’s request and for none', async () => {
    const { body } = await submit({ prompt: 'a' });

    const answers = await Promise.all([statusOf(body.request_id, 'neighbour'), statusOf(body.request_id, 'other-store'), statusOf('6f2c1d3e-8a47-4b1f-9c55-0d9e2a7b4c66')]);

    const told = answers.map(({ status, body: problem }) => ({ ...problem, status, request_id: '', instance: '' }));
    expect(told[0]).toMatchObject({ status: 404, code: 'jobs.not-found', error: 'Request not found' });
    expect(told).toEqual([told[0], told[0], told[0]]);
  });

  it.each(['-'.repeat(36), 'MNG-ZR7FDT9V', '6F2C1D3E-8A47-4B1F-9C55-0D9E2A7B4C66'])('is not there for %s, which is no id', async (id) => {
    expect((await statusOf(id)).status).toBe(400);
  });
});

describe('cancelling a request', () => {
  const cancel = (id: string, key = 'local') => api.call<JobStatusResponse>('POST', `/v1/manga/requests/${id}/cancel`, undefined, { key });

  it('ends it at once while it is queued', async () => {
    const { body } = await submit({ prompt: 'a' });

    expect(await cancel(body.request_id)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect((await statusOf(body.request_id)).body.status).toBe('cancelled');
  });

  it('asks the worker to stop while it is worked on', async () => {
    const { body } = await submit({ prompt: 'a' });
    await api.jobs.claim(body.request_id, { workerId: 'w', leaseMs: 30_000 }, signal);

    expect(await cancel(body.request_id)).toMatchObject({ status: 200, body: { status: 'processing' } });
    expect(await api.jobs.heartbeat({ jobId: body.request_id, attempt: 1 }, { leaseMs: 30_000 }, signal)).toBe('cancel-requested');
  });

  it('changes nothing that has ended, and nothing of anybody else’s', async () => {
    const { body } = await submit({ prompt: 'a' });
    await complete(body.request_id, {});

    expect(await cancel(body.request_id)).toMatchObject({ status: 200, body: { status: 'completed', result: anOutcome().inlineResult } });
    expect((await cancel(body.request_id, 'neighbour')).status).toBe(404);
  });
});
