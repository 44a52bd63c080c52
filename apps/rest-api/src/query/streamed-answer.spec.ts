import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import { eventsOf, textOf } from '../testing/event-stream.ts';
import { ANSWER, RestApiUnderTest } from '../testing/rest-api-under-test.ts';

const QUESTION = 'What manga series are similar to One Piece?';

let api: RestApiUnderTest;

beforeEach(async () => {
  api = await new RestApiUnderTest().start();
});

afterEach(() => api.close());

describe('a streamed answer', () => {
  it('is the same answer in tokens, numbered from 1, and then what it cost', async () => {
    const events = await api.eventsFor({ query: QUESTION });

    expect(events.map(({ event }) => event)).toEqual(['token', 'token', 'token', 'token', 'token', 'complete']);
    expect(events.slice(0, -1).map(({ data }) => data.sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(textOf(events)).toBe('You may like One Piece.');
    expect(events.at(-1)?.data).toEqual({
      model: 'haiku',
      usage: { input_tokens: 400, output_tokens: 60 },
      stop_reason: 'end_turn',
      request_id: expect.any(String),
      latency_ms: expect.any(Number),
      estimated_cost_usd: 0.000175,
      cached: false,
      degraded: false,
    });
    expect(api.model.requests.map(({ operation }) => operation)).toEqual(['stream']);
  });

  it('is an event stream that nobody stores', async () => {
    const { headers } = await api.askForStream({ query: QUESTION });

    expect([headers.get('content-type'), headers.get('cache-control')]).toEqual(['text/event-stream; charset=utf-8', 'no-store']);
  });

  it('shares the cache with answers that come whole', async () => {
    api.next({ text: '漫画 '.repeat(100) });
    await api.answerTo({ query: QUESTION });

    const events = await api.eventsFor({ query: QUESTION });

    expect(textOf(events)).toBe('漫画 '.repeat(100));
    expect(events.length).toBeGreaterThan(3);
    expect(events.at(-1)?.data).toMatchObject({ cached: true, estimated_cost_usd: 0 });
  });

  it('is remembered for the next who asks', async () => {
    await api.eventsFor({ query: QUESTION });

    expect((await api.answerTo({ query: QUESTION })).cached).toBe(true);
  });

  it('is whole for those who join it, whether they stream or wait', async () => {
    const gate = Promise.withResolvers<void>();
    api.next({ ...ANSWER, until: gate.promise });
    const waiting = [api.eventsFor({ query: QUESTION }), api.eventsFor({ query: QUESTION })];
    await until('the call to the model', () => api.model.requests.length === 1);
    const whole = api.answerTo({ query: QUESTION });

    gate.resolve();

    for (const events of await Promise.all(waiting)) expect(textOf(events)).toBe('You may like One Piece.');
    expect((await whole).response).toBe('You may like One Piece.');
  });

  it('goes on for those who stay when the one who asked first leaves', async () => {
    const gate = Promise.withResolvers<void>();
    api.next({ ...ANSWER, until: gate.promise });
    const first = await api.listenTo({ query: QUESTION });
    // An event stream begins with its first token, so both are under way here.
    const second = await api.askForStream({ query: QUESTION }, { key: 'neighbour' });

    first.leave();
    await until('the first to be gone', async () => (await api.connections()) === 1);
    gate.resolve();

    expect(textOf(eventsOf(await second.text()))).toBe('You may like One Piece.');
    expect(api.model.requests).toHaveLength(1);
  });

  it('that breaks off ends with an error and is not remembered', async () => {
    api.next({ text: 'You may', failsWith: new AppError('unavailable', 'bedrock.stream-cut', 'The answer broke off. Please try again.') });

    const events = await api.eventsFor({ query: QUESTION });

    expect(events.at(-1)).toMatchObject({ event: 'error', data: { code: 'bedrock.stream-cut', retryable: true } });
    expect(events.some(({ event }) => event === 'complete')).toBe(false);
    expect((await api.answerTo({ query: QUESTION })).cached).toBe(false);
  });

  it('that fails before its first token is an ordinary error', async () => {
    api.next(new AppError('rate-limited', 'bedrock.throttled', 'The model is busy.', { retryAfterMs: 2_500 }));

    const response = await api.askForStream({ query: QUESTION });

    expect([response.status, response.headers.get('retry-after'), response.headers.get('content-type')]).toEqual([429, '3', 'application/problem+json']);
  });

  it('stops the model when the reader leaves', async () => {
    api.next({ text: 'Well, …', until: new Promise(() => {}) });
    const reader = await api.listenTo({ query: QUESTION });

    reader.leave();

    await until('the model to be stopped', () => api.model.requests[0]?.call.signal.aborted);
  });
});
