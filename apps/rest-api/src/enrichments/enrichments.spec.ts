import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anOrder, anOutcome } from '@manga-assist/jobs/testing';
import { RestApiUnderTest } from '../testing/rest-api-under-test.ts';

const { signal } = new AbortController();
const OPERATOR = { key: 'operator' };

let api: RestApiUnderTest;

beforeEach(async () => void (api = await new RestApiUnderTest().start()));
afterEach(() => api.close());

/** A job of the tenant whose change of the catalogue nobody has decided on. */
async function proposal(tenantId = 'store'): Promise<string> {
  const order = anOrder({ owner: { tenantId, subject: 'merchandiser-7' }, type: 'full_enrichment', createdAtMs: Date.now(), expiresAtMs: Date.now() + 86_400_000 });
  await api.jobs.create(order, signal);
  await api.jobs.claim(order.jobId, { workerId: 'w', leaseMs: 30_000 }, signal);
  const catalogueEffect = { mangaId: 'MNG-ZR7FDT9V', changes: { contentFlags: ['violence'] }, expected: { contentFlags: [] }, confidence: 0.7, state: 'awaiting-approval' as const };
  await api.jobs.complete({ jobId: order.jobId, attempt: 1 }, anOutcome({ catalogueEffect }), signal);
  return order.jobId;
}

describe('enrichments that rules do not allow by themselves', () => {
  it('wait for a person, with what they would change and how sure the model is', async () => {
    const jobId = await proposal();
    await proposal('other-store');

    const { body } = await api.call<{ enrichments: object[] }>('GET', '/v1/admin/enrichments', undefined, OPERATOR);

    expect(body.enrichments).toEqual([
      {
        request_id: jobId,
        state: 'awaiting-approval',
        manga_id: 'MNG-ZR7FDT9V',
        changes: { contentFlags: ['violence'] },
        expected: { contentFlags: [] },
        confidence: 0.7,
        model: 'haiku',
        prompt_version: expect.any(String),
        proposed_at: expect.any(Number),
      },
    ]);
  });

  it.each([
    ['approve', 'approved', 'reject'],
    ['reject', 'rejected', 'approve'],
  ])('are decided once, however often it is said: %s', async (verb, state, other) => {
    const jobId = await proposal();

    expect(await api.call('POST', `/v1/admin/enrichments/${jobId}/${verb}`, undefined, OPERATOR)).toMatchObject({ status: 200, body: { catalogue_effect: { state, decided_by: 'operator' } } });
    expect(await api.call('POST', `/v1/admin/enrichments/${jobId}/${verb}`, undefined, OPERATOR)).toMatchObject({ status: 200, body: { catalogue_effect: { state } } });
    expect(await api.call('POST', `/v1/admin/enrichments/${jobId}/${other}`, undefined, OPERATOR)).toMatchObject({ status: 409, body: { code: 'jobs.enrichment-decided' } });
    expect((await api.call<{ enrichments: object[] }>('GET', '/v1/admin/enrichments', undefined, OPERATOR)).body.enrichments).toEqual([]);
  });

  it('are listed by what has become of them, page by page', async () => {
    const [first, second, third] = [await proposal(), await proposal(), await proposal()];
    for (const jobId of [first, second, third]) await api.call('POST', `/v1/admin/enrichments/${jobId}/reject`, undefined, OPERATOR);
    const list = async (query: string) => (await api.call<{ enrichments: { request_id: string; state: string }[]; next?: string }>('GET', `/v1/admin/enrichments${query}`, undefined, OPERATOR)).body;

    const page = await list('?state=rejected&limit=2');
    const rest = await list(`?state=rejected&limit=2&after=${page.next ?? ''}`);

    expect([...page.enrichments, ...rest.enrichments].map(({ request_id: id }) => id).sort()).toEqual([first, second, third].sort());
    expect(page.enrichments.map(({ state }) => state)).toEqual(['rejected', 'rejected']);
    expect(rest.next).toBeUndefined();
    expect((await list('')).enrichments).toEqual([]);
    for (const wrong of ['?state=gone', '?limit=0', '?limit=101', '?after=a%20b']) {
      expect((await api.call('GET', `/v1/admin/enrichments${wrong}`, undefined, OPERATOR)).status).toBe(400);
    }
  });

  it('are decided by operators of their own store alone', async () => {
    const [own, foreign] = [await proposal(), await proposal('other-store')];

    expect((await api.call('POST', `/v1/admin/enrichments/${foreign}/approve`, undefined, OPERATOR)).status).toBe(404);
    expect((await api.call('POST', `/v1/admin/enrichments/${own}/approve`)).status).toBe(403);
    expect((await api.call('GET', '/v1/admin/enrichments')).status).toBe(403);
  });
});

describe('an enrichment that was applied', () => {
  const undo = (jobId: string, key = 'operator') => api.call('POST', `/v1/admin/enrichments/${jobId}/undo`, undefined, { key });

  /** As a worker leaves it. */
  async function applied(): Promise<string> {
    const jobId = await proposal();
    await api.call('POST', `/v1/admin/enrichments/${jobId}/approve`, undefined, OPERATOR);
    await api.jobs.recordEffect({ jobId, owner: { tenantId: 'store', subject: 'merchandiser-7' } }, 'applied', signal);
    return jobId;
  }

  it('is taken back by a worker when an operator asks for it, however often', async () => {
    const jobId = await applied();

    const [first, again] = [await undo(jobId), await undo(jobId)];

    expect(first).toMatchObject({ status: 202, body: { catalogue_effect: { state: 'undo-requested', decided_by: 'operator', undone_by: 'operator' } } });
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(await api.jobs.due(10, signal)).toMatchObject([{ kind: 'finish', job: { jobId, pendingSteps: expect.arrayContaining(['undo']) } }]);
    await api.jobs.recordEffect({ jobId, owner: { tenantId: 'store', subject: 'merchandiser-7' } }, 'undone', signal);
    expect(await undo(jobId)).toMatchObject({ status: 202, body: { catalogue_effect: { state: 'undone' } } });
    expect((await api.call<{ enrichments: object[] }>('GET', '/v1/admin/enrichments?state=undone', undefined, OPERATOR)).body.enrichments).toMatchObject([{ request_id: jobId, undone_by: 'operator' }]);
  });

  it('is not taken back when the series was changed again since', async () => {
    const jobId = await applied();
    await undo(jobId);
    await api.jobs.recordEffect({ jobId, owner: { tenantId: 'store', subject: 'merchandiser-7' } }, 'superseded', signal);

    expect(await undo(jobId)).toMatchObject({ status: 409, body: { code: 'jobs.enrichment-superseded' } });
  });

  it('is the only kind that can be taken back, and only by operators of its store', async () => {
    const jobId = await proposal();

    expect(await undo(jobId)).toMatchObject({ status: 409, body: { code: 'jobs.enrichment-not-applied' } });
    expect((await undo(await proposal('other-store'))).status).toBe(404);
    expect((await undo('6f2c1d3e-8a47-4b1f-9c55-0d9e2a7b4c66')).status).toBe(404);
    expect((await undo('job-1')).status).toBe(400);
    expect((await undo(jobId, 'local')).status).toBe(403);
  });
});
