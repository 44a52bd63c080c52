import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { batchJobId } from '@manga-assist/jobs';
import { aBatch, anOutcome } from '@manga-assist/jobs/testing';
import type { BatchAcceptedResponse, BatchStatusResponse, ProblemResponse } from '@manga-assist/schemas/rest';
import { RestApiUnderTest } from '../testing/rest-api-under-test.ts';

const OWNER = { tenantId: 'store', subject: 'demo-customer-1' };
const { signal } = new AbortController();

let api: RestApiUnderTest;

beforeEach(async () => void (api = await new RestApiUnderTest().start()));
afterEach(() => api.close());

const mangaId = (index: number): string => `MNG-${String(index).padStart(8, '0')}`;
const items = (count: number) => Array.from({ length: count }, (_, index) => ({ manga_id: mangaId(index), analysis_type: 'content_summary' }));
const submit = (body: object, headers: Record<string, string> = {}) => api.call<BatchAcceptedResponse>('POST', '/v1/manga/batch', body, { headers });
const look = (id: string, key = 'local') => api.call<BatchStatusResponse>('GET', `/v1/manga/batches/${id}`, undefined, { key });

async function complete(jobId: string): Promise<void> {
  await api.jobs.claim(jobId, { workerId: 'w', leaseMs: 30_000 }, signal);
  await api.jobs.complete({ jobId, attempt: 1 }, anOutcome(), signal);
}

describe('a batch', () => {
  it('of a hundred is accepted whole: every item is a job of its own, written and sent', async () => {
    const { status, headers, body } = await submit({ items: items(100), priority: 'low' });

    expect(status).toBe(202);
    expect(Object.keys(body).slice(0, 3)).toEqual(['message', 'item_count', 'request_ids']);
    expect(body).toMatchObject({ message: 'Batch submitted', item_count: 100, batch_url: `/v1/manga/batches/${body.batch_id}` });
    expect(headers.get('location')).toBe(body.batch_url);
    expect(new Set(body.request_ids).size).toBe(100);
    const jobs = await api.jobs.getMany(OWNER, body.request_ids, signal);
    expect(jobs).toHaveLength(100);
    expect(jobs.every((job) => job.batch?.batchId === body.batch_id && job.priority === 'low' && job.sentAtMs !== undefined)).toBe(true);
    expect(api.queues.sent.map(({ queueName }) => queueName)).toEqual(Array.from({ length: 100 }, () => 'manga-fm-low-priority'));
    expect(await api.batches.get(OWNER, body.batch_id, signal)).toMatchObject({ isFannedOut: true });
  });

  it('has its jobs in the order of its items, with what was said about each', async () => {
    const { body } = await submit({
      items: [
        { manga_id: 'MNG-ZR7FDT9V', analysis_type: 'full_enrichment', additional_context: '新装版\u200bあり' },
        { manga_id: 'MNG-ZR7FDT9V', analysis_type: 'reading_level' },
      ],
    });

    expect(body.request_ids).toEqual([batchJobId(body.batch_id, 0), batchJobId(body.batch_id, 1)]);
    expect(await api.jobs.get(OWNER, body.request_ids[0] ?? '', signal)).toMatchObject({ type: 'full_enrichment', input: { manga_id: 'MNG-ZR7FDT9V', additional_context: '新装版あり' } });
    expect(await api.jobs.get(OWNER, body.request_ids[1] ?? '', signal)).toMatchObject({ type: 'reading_level', priority: 'normal' });
  });

  it('is accepted while SQS is away, and left for a worker to send', async () => {
    api.queues.isDown = true;

    const { status, body } = await submit({ items: items(3) });

    expect(status).toBe(202);
    expect(await api.batches.get(OWNER, body.batch_id, signal)).toMatchObject({ isFannedOut: false });
    expect(await api.jobs.getMany(OWNER, body.request_ids, signal)).toHaveLength(3);
  });

  it('of which SQS refuses some is marked where it was sent, and only there', async () => {
    let count = 0;
    api.queues.refuses = () => ++count % 3 === 0;

    const { body } = await submit({ items: items(9) });

    const jobs = await api.jobs.getMany(OWNER, body.request_ids, signal);
    expect(jobs.filter(({ sentAtMs }) => sentAtMs !== undefined)).toHaveLength(6);
    expect(await api.batches.get(OWNER, body.batch_id, signal)).toMatchObject({ isFannedOut: false });
  });

  it('with an Idempotency-Key is one batch however often it is sent', async () => {
    const headers = { 'idempotency-key': 'october' };
    const [first, second] = [await submit({ items: items(5) }, headers), await submit({ items: items(5) }, headers)];

    expect(second.text).toBe(first.text);
    expect(api.queues.sent).toHaveLength(5);
    expect((await submit({ items: items(6) }, headers)).status).toBe(422);
  });

  it('with a callback has one endpoint to tell, and its jobs have none', async () => {
    const { body } = await submit({ items: items(2), callback_url: 'https://partner.example.com/hook' });

    const [endpoint] = await api.webhooks.endpoints.list(OWNER, signal);
    expect(endpoint).toMatchObject({ url: 'https://partner.example.com/', origin: 'callback' });
    expect(body).toMatchObject({ webhook_endpoint_id: endpoint?.endpointId });
    expect(await api.batches.get(OWNER, body.batch_id, signal)).toMatchObject({ webhookEndpointId: `${endpoint?.endpointId}#/hook` });
    expect((await api.jobs.getMany(OWNER, body.request_ids, signal)).map((job) => job.webhookEndpointId)).toEqual([undefined, undefined]);
  });

  it('of almost 256 KiB is taken, a larger one is not', async () => {
    const wordy = (count: number) => items(count).map((item) => ({ ...item, additional_context: 'あ'.repeat(800) }));

    expect((await submit({ items: wordy(100) })).status).toBe(202);
    expect((await submit({ items: items(100).map((item) => ({ ...item, additional_context: 'あ'.repeat(1_000) })) })).status).toBe(413);
  });

  it.each<[string, object, string[]]>([
    ['no items', {}, ['items']],
    ['an empty list', { items: [] }, ['items']],
    ['101 items', { items: items(101) }, ['items']],
    ['items that are none', { items: ['MNG-ZR7FDT9V', null] }, ['items.0', 'items.1']],
    ['the same analysis of the same series twice', { items: [...items(2), ...items(1)] }, ['items']],
    ['an unknown analysis', { items: [{ manga_id: 'MNG-ZR7FDT9V', analysis_type: 'horoscope' }] }, ['items.0.analysis_type']],
    ['an id that is none', { items: [{ manga_id: 'mng-zr7fdt9v', analysis_type: 'reading_level' }] }, ['items.0.manga_id']],
    ['an unknown field in an item', { items: [{ ...items(1)[0], model: 'sonnet' }] }, ['items.0.model']],
    ['a context that nothing is left of', { items: [{ ...items(1)[0], additional_context: '\u200b' }] }, ['items.0.additional_context']],
    ['1,001 characters of context', { items: [{ ...items(1)[0], additional_context: 'x'.repeat(1_001) }] }, ['items.0.additional_context']],
    ['an unknown priority', { items: items(1), priority: 'urgent' }, ['priority']],
    ['a callback over http', { items: items(1), callback_url: 'http://partner.example.com/' }, ['callback_url']],
    ['a callback into a private network', { items: items(1), callback_url: 'https://10.0.0.1/' }, ['callback_url']],
    ['a callback to a name of this machine', { items: items(1), callback_url: 'https://localhost/hook' }, ['callback_url']],
    ['problems in three places', { items: [{ manga_id: 'x', analysis_type: 'reading_level' }, { manga_id: 'MNG-ZR7FDT9V', analysis_type: 'x' }], priority: 1 }, ['items.0.manga_id', 'items.1.analysis_type', 'priority']],
  ])('with %s is refused whole, and nothing is written', async (_what, body, paths) => {
    const { status, body: problem } = await api.call<ProblemResponse>('POST', '/v1/manga/batch', body);

    expect([status, problem.error]).toEqual([400, 'Validation failed']);
    expect([...new Set(problem.details.map(({ path }) => path))].sort()).toEqual(paths);
    expect(api.queues.sent).toEqual([]);
  });
});

describe('the status of a batch', () => {
  it('counts its jobs and adds up what they cost so far', async () => {
    const { body } = await submit({ items: items(3) });
    await complete(body.request_ids[1] ?? '');
    await api.jobs.claim(body.request_ids[2] ?? '', { workerId: 'w', leaseMs: 30_000 }, signal);

    const { status, body: batch } = await look(body.batch_id);

    expect(status).toBe(200);
    expect(batch).toMatchObject({
      batch_id: body.batch_id,
      status: 'processing',
      item_count: 3,
      counts: { queued: 1, processing: 1, completed: 1, failed: 0, cancelled: 0, expired: 0 },
      estimated_cost_usd: 0.25,
      usage: { input_tokens: 612, output_tokens: 48 },
    });
    expect(batch.items.map(({ manga_id: id, status: of }) => [id, of])).toEqual([[mangaId(0), 'queued'], [mangaId(1), 'completed'], [mangaId(2), 'processing']]);
  });

  it('is nobody else’s', async () => {
    const { body } = await submit({ items: items(1) });

    for (const key of ['neighbour', 'other-store']) expect(await look(body.batch_id, key)).toMatchObject({ status: 404, body: { code: 'jobs.batch-not-found' } });
    expect((await look('6f2c1d3e-8a47-4b1f-9c55-0d9e2a7b4c66')).status).toBe(404);
    expect((await look('batch-1')).status).toBe(400);
  });

  it('says cancelled of what its door had not even written', async () => {
    const order = aBatch(3, { owner: OWNER, createdAtMs: Date.now(), expiresAtMs: Date.now() + 60_000 });
    await api.batches.create(order, signal);

    const { body } = await api.call<BatchStatusResponse>('POST', `/v1/manga/batches/${order.batchId}/cancel`);

    expect(body.counts).toMatchObject({ queued: 0, cancelled: 3 });
    expect(api.queues.sent).toEqual([]);
  });

  it('says cancelled of what had not been begun when it was cancelled', async () => {
    const { body } = await submit({ items: items(3) });
    await complete(body.request_ids[0] ?? '');

    const { status, body: batch } = await api.call<BatchStatusResponse>('POST', `/v1/manga/batches/${body.batch_id}/cancel`);

    expect(status).toBe(200);
    expect(batch.counts).toMatchObject({ completed: 1, cancelled: 2, queued: 0 });
    expect((await api.call('POST', `/v1/manga/batches/${body.batch_id}/cancel`, undefined, { key: 'neighbour' })).status).toBe(404);
  });
});
