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
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ])('are decided once: %s', async (verb, state) => {
    const jobId = await proposal();

    expect(await api.call('POST', `/v1/admin/enrichments/${jobId}/${verb}`, undefined, OPERATOR)).toMatchObject({ status: 200, body: { catalogue_effect: { state, decided_by: 'operator' } } });
    expect((await api.call('POST', `/v1/admin/enrichments/${jobId}/approve`, undefined, OPERATOR)).status).toBe(404);
    expect((await api.call<{ enrichments: object[] }>('GET', '/v1/admin/enrichments', undefined, OPERATOR)).body.enrichments).toEqual([]);
  });

  it('are decided by operators of their own store alone', async () => {
    const [own, foreign] = [await proposal(), await proposal('other-store')];

    expect((await api.call('POST', `/v1/admin/enrichments/${foreign}/approve`, undefined, OPERATOR)).status).toBe(404);
    expect((await api.call('POST', `/v1/admin/enrichments/${own}/approve`)).status).toBe(403);
    expect((await api.call('GET', '/v1/admin/enrichments')).status).toBe(403);
  });
});
