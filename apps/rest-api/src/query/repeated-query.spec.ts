import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openRedisCacheStore, type CacheStore } from '@manga-assist/caching';
import { startGatedRedis, UnreachableCacheStore, type GatedRedis } from '@manga-assist/caching/testing';
import { AppError } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import { eventsOf } from '../testing/event-stream.ts';
import { ANSWER, RestApiUnderTest } from '../testing/rest-api-under-test.ts';

const QUESTION = 'What manga series are similar to One Piece?';

let api: RestApiUnderTest;

beforeEach(async () => {
  api = await new RestApiUnderTest().start();
});

afterEach(() => api.close());

describe('the same query again', () => {
  it('is answered from the cache and costs nothing', async () => {
    const first = await api.answerTo({ query: QUESTION });
    const second = await api.answerTo({ query: QUESTION });

    expect(second).toEqual({ ...first, cached: true, estimated_cost_usd: 0, request_id: second.request_id, latency_ms: second.latency_ms });
    expect(second.request_id).not.toBe(first.request_id);
    expect([api.model.requests.length, api.tools.calls.length]).toEqual([1, 1]);
  });

  it.each([
    ['ＯＮＥ　ＰＩＥＣＥ', 'ONE PIECE'],
    ['ﾜﾝﾋﾟｰｽ', 'ワンピース'],
    ['One  Piece ', 'One Piece'],
    ['One\u200B Piece', 'One Piece'],
  ])('may be spelled in other widths: %j and %j', async (one, other) => {
    await api.answerTo({ query: one });

    expect((await api.answerTo({ query: other })).cached).toBe(true);
  });

  it.each([
    ['第①巻', '第1巻'],
    ['らんま½', 'らんま1/2'],
    ['One Piece', 'one piece'],
  ])('is another query when a reader sees a difference: %s and %s', async (one, other) => {
    await api.answerTo({ query: one });

    expect((await api.answerTo({ query: other })).cached).toBe(false);
  });

  it.each([{ model: 'sonnet' }, { language: 'ja' }, { max_tokens: 511 }, { temperature: 0 }])('is another query with %j', async (change) => {
    await api.answerTo({ query: QUESTION });

    expect((await api.answerTo({ query: QUESTION, ...change })).cached).toBe(false);
  });

  it('is shared by the customers of one store and not with another store', async () => {
    await api.answerTo({ query: QUESTION });

    expect((await api.answerTo({ query: QUESTION }, { key: 'neighbour' })).cached).toBe(true);
    expect((await api.answerTo({ query: QUESTION }, { key: 'other-store' })).cached).toBe(false);
  });

  it('is asked anew when the catalogue has changed', async () => {
    await api.hearOfCatalogue();
    await api.answerTo({ query: QUESTION });
    api.tools.version = 'tools-2';
    await api.hearOfCatalogue();

    expect((await api.answerTo({ query: QUESTION })).cached).toBe(false);
  });

  it('fifty times at once calls the model once', async () => {
    const gate = Promise.withResolvers<void>();
    api.next({ ...ANSWER, until: gate.promise });
    const waiting = Array.from({ length: 50 }, () => api.answerTo({ query: QUESTION }));
    await until('the call to the model', () => api.model.requests.length === 1);

    gate.resolve();

    const answers = await Promise.all(waiting);
    expect(new Set(answers.map(({ response }) => response))).toEqual(new Set(['You may like One Piece.']));
    expect(answers.filter(({ cached }) => !cached)).toHaveLength(1);
    expect(answers.reduce((sum, answer) => sum + answer.estimated_cost_usd, 0)).toBe(0.000175);
    expect(api.model.requests).toHaveLength(1);
  });

  it.each(['max_tokens', 'content_filtered', 'stop_sequence'] as const)('is asked anew when the first answer ended with %s', async (stopReason) => {
    api.next({ stopReason, text: 'You may li' });

    expect((await api.answerTo({ query: QUESTION })).stop_reason).toBe(stopReason);
    expect(await api.answerTo({ query: QUESTION })).toMatchObject({ cached: false, response: 'You may like One Piece.' });
  });
});

describe('with Redis', () => {
  const stores: CacheStore[] = [];
  let redis: GatedRedis;

  const restart = async (): Promise<void> => {
    await api.close();
    const store = openRedisCacheStore({ url: redis.url });
    stores.push(store);
    await until('the connection to Redis', async () => {
      await store.set('probe', '1', 60);
      return store.get('probe');
    });
    await api.start({ redis: store });
  };

  beforeEach(async () => {
    redis = await startGatedRedis();
  });

  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    await redis.close();
  });

  it('an answer outlives the process that made it', async () => {
    await restart();
    await api.answerTo({ query: QUESTION });
    await restart();

    expect(await api.answerTo({ query: QUESTION })).toMatchObject({ cached: true, estimated_cost_usd: 0 });
    expect(api.model.requests).toHaveLength(1);
  });

  it.each(['not JSON', '{"key":"another","expires_at_ms":9e15,"value":{}}', ''])('that holds rubbish (%j), queries are answered all the same', async (rubbish) => {
    await api.close();
    await api.start({ redis: Object.assign(new UnreachableCacheStore(), { get: () => Promise.resolve(rubbish) }) });

    expect(await api.answerTo({ query: QUESTION })).toMatchObject({ cached: false, response: 'You may like One Piece.' });
  });

  it.each(['down', 'freeze'] as const)('gone (%s), queries are answered all the same', async (what) => {
    await restart();
    await redis[what]();

    for (let count = 0; count < 10; count++) expect((await api.answerTo({ query: `${QUESTION} ${count}` })).cached).toBe(false);
    expect((await api.answerTo({ query: `${QUESTION} 0` })).cached).toBe(true);
  });
});

describe('a query with an Idempotency-Key', () => {
  const HEADERS = { 'idempotency-key': '"checkout-7"' };

  it('is answered once, and again with the very same bytes', async () => {
    const first = await api.ask({ query: QUESTION }, { headers: HEADERS });
    const second = await api.ask({ query: QUESTION }, { headers: HEADERS });

    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([null, 'true']);
    // The id of the request and what it cost, too.
    expect(await second.text()).toBe(await first.text());
  });

  it('may be read as a stream the second time', async () => {
    const first = await (await api.ask({ query: QUESTION }, { headers: HEADERS })).json();

    const second = await api.askForStream({ query: QUESTION }, { headers: HEADERS });

    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(eventsOf(await second.text()).at(-1)).toMatchObject({ event: 'complete', data: { request_id: (first as { request_id: string }).request_id } });
  });

  it('is another request with another question', async () => {
    await api.ask({ query: QUESTION }, { headers: HEADERS });

    expect((await api.ask({ query: 'Who wrote Berserk?' }, { headers: HEADERS })).status).toBe(422);
  });

  it('that failed is asked anew', async () => {
    api.next(new AppError('unavailable', 'bedrock.unavailable', 'down'));

    const failed = await api.ask({ query: QUESTION }, { headers: HEADERS });
    const answered = await api.ask({ query: QUESTION }, { headers: HEADERS });

    expect([failed.status, answered.status]).toEqual([503, 200]);
  });
});
