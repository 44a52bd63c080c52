import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { anOrder } from '@manga-assist/jobs/testing';
import type { DeadLetter } from '@manga-assist/queues';
import type { DeadLetterDetailResponse, DeadLettersResponse, RedriveResponse } from '@manga-assist/schemas/rest';
import { RestApiUnderTest } from '../testing/rest-api-under-test.ts';

const { signal } = new AbortController();
const OPERATOR = { key: 'operator' };

let api: RestApiUnderTest;

beforeEach(async () => void (api = await new RestApiUnderTest().start()));
afterEach(() => api.close());

function letter(messageId: string, about: Partial<DeadLetter> = {}): DeadLetter {
  return {
    messageId,
    deadLetterQueue: 'manga-fm-dlq',
    sourceQueue: 'manga-fm-normal',
    code: 'queues.not-json',
    reason: 'The message is not JSON.',
    sentAtMs: 1_795_000_000_000,
    receiveCount: 1,
    attributes: { Priority: 'normal' },
    body: 'not json',
    ...about,
  };
}

/** A job that failed for good, and its claim check among the dead letters. */
async function failedJob(): Promise<string> {
  const order = anOrder({ createdAtMs: Date.now(), expiresAtMs: Date.now() + 86_400_000 });
  await api.jobs.create(order, signal);
  await api.jobs.claim(order.jobId, { workerId: 'w', leaseMs: 30_000 }, signal);
  const reason = { code: 'bedrock.unfit-answer', message: 'The model gave an answer that cannot be used.' };
  await api.jobs.fail({ jobId: order.jobId, attempt: 1 }, { reason, isFinal: true, spent: { inputTokens: 1, outputTokens: 1, costUsd: 0.1 } }, signal);
  api.deadLetters.letters.push(letter('m-job', { code: reason.code, reason: reason.message, body: JSON.stringify({ v: 1, job_id: order.jobId }) }));
  return order.jobId;
}

describe('dead letters', () => {
  it('are listed with their reasons, counted by them', async () => {
    const jobId = await failedJob();
    api.deadLetters.letters.push(letter('m-1'), letter('m-2', { code: 'queues.received-too-often', reason: 'Delivered ten times.' }));

    const { status, body } = await api.call<DeadLettersResponse>('GET', '/v1/admin/dead-letters', undefined, OPERATOR);

    expect(status).toBe(200);
    expect(body.dead_letters.map(({ message_id: id, code, job_id: of }) => [id, code, of])).toEqual([
      ['m-job', 'bedrock.unfit-answer', jobId],
      ['m-1', 'queues.not-json', undefined],
      ['m-2', 'queues.received-too-often', undefined],
    ]);
    expect(body.by_code).toEqual({ 'bedrock.unfit-answer': 1, 'queues.not-json': 1, 'queues.received-too-often': 1 });
    expect(body.waiting).toEqual({ 'manga-fm-dlq': 2, 'manga-fm-ordered-dlq.fifo': 2 });
    const filtered = await api.call<DeadLettersResponse>('GET', '/v1/admin/dead-letters?code=queues.not-json&limit=5', undefined, OPERATOR);
    expect(filtered.body.dead_letters.map(({ message_id: id }) => id)).toEqual(['m-1']);
  });

  it('are shown one by one, exactly as they were sent', async () => {
    api.deadLetters.letters.push(letter('m-1'));

    expect((await api.call<DeadLetterDetailResponse>('GET', '/v1/admin/dead-letters/m-1', undefined, OPERATOR)).body).toMatchObject({ body: 'not json', attributes: { Priority: 'normal' }, receive_count: 1 });
    expect((await api.call('GET', '/v1/admin/dead-letters/m-2', undefined, OPERATOR)).status).toBe(404);
  });

  it('are sent back after their job has been queued again, and who did it is written down', async () => {
    const jobId = await failedJob();
    api.deadLetters.letters.push(letter('m-1'));

    const { status, body } = await api.call<RedriveResponse>('POST', '/v1/admin/dead-letters/redrive', { code: 'bedrock.unfit-answer', per_second: 100 }, OPERATOR);

    expect(status).toBe(200);
    expect(body).toMatchObject({ dry_run: false, matched: 1, redriven: 1, failed: 0, messages: [{ message_id: 'm-job', job_id: jobId, outcome: 'redriven' }] });
    expect(api.deadLetters.redriven.map(({ messageId }) => messageId)).toEqual(['m-job']);
    expect((await api.jobs.claim(jobId, { workerId: 'w', leaseMs: 30_000 }, signal)).kind).toBe('claimed');
    const { body: log } = await api.call<{ redrives: object[] }>('GET', '/v1/admin/dead-letters/redrives', undefined, OPERATOR);
    expect(log.redrives).toMatchObject([{ redriveId: body.redrive_id, by: 'store/operator', filter: { code: 'bedrock.unfit-answer' }, isFinished: true, matched: 1, redriven: 1, messages: [{ messageId: 'm-job', jobId, outcome: 'redriven' }] }]);
  });

  it('have their jobs marked as sent, so that no sweeper sends them a second time behind a backlog', async () => {
    const jobId = await failedJob();

    await api.call('POST', '/v1/admin/dead-letters/redrive', { ids: [jobId] }, OPERATOR);

    expect(await api.jobs.get({ tenantId: 'store', subject: 'merchandiser-1' }, jobId, signal)).toMatchObject({ status: 'queued', sentAtMs: expect.any(Number) });
  });

  it('that name a job say so, though they are no claim checks', async () => {
    const jobId = await failedJob();
    api.deadLetters.letters.push(letter('m-2', { code: 'jobs.malformed-message', body: JSON.stringify({ v: 2, job_id: jobId }) }), letter('m-3', { body: 'null' }));

    const { body } = await api.call<DeadLettersResponse>('GET', '/v1/admin/dead-letters', undefined, OPERATOR);

    expect(body.dead_letters.map(({ message_id: id, job_id: of }) => [id, of])).toEqual([['m-job', jobId], ['m-2', jobId], ['m-3', undefined]]);
  });

  it('stay where they are in a dry run', async () => {
    const jobId = await failedJob();

    const { body } = await api.call<RedriveResponse>('POST', '/v1/admin/dead-letters/redrive', { ids: [jobId], dry_run: true }, OPERATOR);

    expect(body).toMatchObject({ dry_run: true, matched: 1, redriven: 0, messages: [{ outcome: 'would-redrive' }] });
    expect(api.deadLetters.redriven).toEqual([]);
    expect((await api.jobs.claim(jobId, { workerId: 'w', leaseMs: 30_000 }, signal)).kind).toBe('ended');
  });

  it.each([{}, { limit: 10 }, { ids: [] }, { ids: ['a b'] }, { code: 'X' }, { source_queue: 'a/b' }, { code: 'a.b', limit: 0 }, { code: 'a.b', per_second: 101 }, { ids: null }, { ids: null, code: null }, { code: 'a.b', limit: 151 }, { code: 'a.b', edit: 'body' }])(
    'are not sent back for %j',
    async (body) => {
      expect((await api.call('POST', '/v1/admin/dead-letters/redrive', body, OPERATOR)).status).toBe(400);
    },
  );

  it('are sent back a thousand at once only as fast as a request can wait for', async () => {
    expect((await api.call('POST', '/v1/admin/dead-letters/redrive', { code: 'a.b', limit: 1_000, per_second: 100 }, OPERATOR)).status).toBe(200);
    expect((await api.call('POST', '/v1/admin/dead-letters/redrive', { code: 'a.b', limit: 1_000, dry_run: true }, OPERATOR)).status).toBe(200);
  });

  it('whose redrive ended without a word show who began it', async () => {
    await failedJob();
    api.deadLetters.redrive = () => Promise.reject(new AppError('unavailable', 'queues.unavailable', 'The queues cannot be reached just now.'));

    const { status } = await api.call('POST', '/v1/admin/dead-letters/redrive', { code: 'bedrock.unfit-answer' }, OPERATOR);

    expect(status).toBe(503);
    const { body: log } = await api.call<{ redrives: object[] }>('GET', '/v1/admin/dead-letters/redrives', undefined, OPERATOR);
    expect(log.redrives).toMatchObject([{ by: 'store/operator', isFinished: false, messages: [] }]);
  });

  it('are for operators alone', async () => {
    for (const [method, path] of [['GET', ''], ['GET', '/m-1'], ['GET', '/redrives'], ['POST', '/redrive']] as const) {
      expect((await api.call(method, `/v1/admin/dead-letters${path}`, method === 'POST' ? { code: 'a.b' } : undefined)).status).toBe(403);
    }
  });
});
