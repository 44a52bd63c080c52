import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProblemResponse } from '@manga-assist/schemas/rest';
import { RestApiUnderTest, type Sent } from '../testing/rest-api-under-test.ts';

const QUESTION = 'What manga series are similar to One Piece?';

let api: RestApiUnderTest;

beforeEach(async () => {
  api = await new RestApiUnderTest().start();
});

afterEach(() => api.close());

describe('a bad request', () => {
  const SECRET = 'himitsu';
  const json = (body: object): string => JSON.stringify(body);

  it.each<[string, string | Uint8Array<ArrayBuffer>, Sent, number, string, string[]]>([
    ['malformed JSON', `{"query": "${SECRET}"`, {}, 400, 'request.malformed-json', []],
    ['no body', '', {}, 400, '', []],
    ['a list', '[]', {}, 400, 'request.invalid', ['$']],
    ['null', 'null', {}, 400, 'request.invalid', ['$']],
    ['no query', '{}', {}, 400, 'request.invalid', ['query']],
    ['a query that is a number', json({ query: 42 }), {}, 400, 'request.invalid', ['query']],
    ['an empty query', json({ query: '' }), {}, 400, 'request.invalid', ['query']],
    ['a query that is empty once cleaned', json({ query: '\u200B\u2060\u0007' }), {}, 400, 'query.empty', ['query']],
    ['4,001 characters', json({ query: 'あ'.repeat(4_001) }), {}, 400, 'request.invalid', ['query']],
    ['4,001 characters outside the BMP', json({ query: '𠮷'.repeat(4_001) }), {}, 400, 'request.invalid', ['query']],
    ['a lone surrogate', `{"query":"${SECRET}\\ud800"}`, {}, 400, 'request.invalid-unicode', []],
    ['bytes that are not UTF-8', Uint8Array.from([...Buffer.from('{"query":"'), 0xff, 0xfe, ...Buffer.from('"}')]), {}, 400, 'request.invalid-unicode', []],
    ['an unknown model', json({ query: 'x', model: `${SECRET}-model` }), {}, 400, 'request.invalid', ['model']],
    ['a model id instead of an alias', json({ query: 'x', model: 'anthropic.claude-3-haiku-20240307-v1:0' }), {}, 400, 'request.invalid', ['model']],
    ['an unknown language', json({ query: 'x', language: 'fr' }), {}, 400, 'request.invalid', ['language']],
    ['max_tokens of 0', json({ query: 'x', max_tokens: 0 }), {}, 400, 'request.invalid', ['max_tokens']],
    ['max_tokens of 4,097', json({ query: 'x', max_tokens: 4_097 }), {}, 400, 'request.invalid', ['max_tokens']],
    ['max_tokens in halves', json({ query: 'x', max_tokens: 1.5 }), {}, 400, 'request.invalid', ['max_tokens']],
    ['max_tokens as text', json({ query: 'x', max_tokens: '512' }), {}, 400, 'request.invalid', ['max_tokens']],
    ['a temperature of 1.1', json({ query: 'x', temperature: 1.1 }), {}, 400, 'request.invalid', ['temperature']],
    ['a temperature below 0', json({ query: 'x', temperature: -0.1 }), {}, 400, 'request.invalid', ['temperature']],
    ['a conversation id of 36 dashes', json({ query: 'x', conversation_id: '-'.repeat(36) }), {}, 400, 'request.invalid', ['conversation_id']],
    ['an unknown field', json({ query: 'x', system: SECRET }), {}, 400, 'request.invalid', ['system']],
    ['several problems', json({ query: 7, model: 'gpt', top_p: 1 }), {}, 400, 'request.invalid', ['model', 'query', 'top_p']],
    ['a depth bomb', '['.repeat(5_000), {}, 400, 'request.unsafe-json', ['$']],
    ['1,001 keys', json(Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`k${index}`, 1]))), {}, 400, 'request.unsafe-json', ['$']],
    ['the same key twice', `{"query":"x","query":"${SECRET}"}`, {}, 400, 'request.unsafe-json', ['$']],
    ['a prototype', `{"query":"x","__proto__":{"x":"${SECRET}"}}`, {}, 400, 'request.unsafe-json', ['$']],
    ['65 KiB', json({ query: 'x'.repeat(65 * 1024) }), {}, 413, 'request.too-large', []],
    ['another content type', 'query=x', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'request.unsupported-media-type', []],
    ['a compressed body', json({ query: 'x' }), { headers: { 'content-encoding': 'gzip' } }, 415, 'request.unsupported-encoding', []],
    ['no key', json({ query: SECRET }), { key: '' }, 401, 'request.missing-key', []],
    ['a wrong key', json({ query: 'x' }), { key: `${SECRET}-key` }, 401, 'request.wrong-key', []],
    ['a key without the scope', json({ query: 'x' }), { key: 'jobs-only' }, 403, 'request.missing-scope', []],
  ])('with %s is refused, and nothing of it is repeated', async (_what, body, sent, status, code, paths) => {
    const response = await api.post(body, sent);

    const text = await response.text();
    const problem = JSON.parse(text) as ProblemResponse;
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(problem).toMatchObject({ status, ...(code !== '' && { code }), error: expect.stringMatching(/./), retryable: false });
    expect([...new Set(problem.details.map(({ path }) => path))].sort()).toEqual(paths);
    for (const { message } of problem.details) expect(message).toMatch(/./);
    expect(text).not.toContain(SECRET);
    expect(api.model.requests).toEqual([]);
  });

  it('to another address or with another method finds nothing', async () => {
    const get = await fetch(`${api.url}/v1/manga/query`, { headers: { 'x-api-key': 'local' } });
    const elsewhere = await fetch(`${api.url}/v1/manga/${SECRET}`, { method: 'POST' });

    expect([get.status, elsewhere.status]).toEqual([405, 404]);
    expect(await elsewhere.text()).not.toContain(SECRET);
  });
});

describe('a browser', () => {
  const preflight = (origin: string) =>
    fetch(`${api.url}/v1/manga/query`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-api-key' },
    });

  it.each(['http://127.0.0.1:4200', 'http://localhost:4200'])('may ask from %s', async (origin) => {
    const { status, headers } = await preflight(origin);

    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-methods')).toContain('POST');
    expect(headers.get('access-control-allow-headers')).toContain('x-api-key');
    expect((await api.ask({ query: QUESTION }, { headers: { origin } })).headers.get('access-control-allow-origin')).toBe(origin);
  });

  it.each(['http://127.0.0.1:4201', 'https://127.0.0.1:4200', 'http://127.0.0.1:4200.evil.example', 'null'])('may not ask from %s', async (origin) => {
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
    expect((await api.ask({ query: QUESTION }, { headers: { origin } })).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('can read why it was refused', async () => {
    const origin = 'http://localhost:4200';

    const { status, headers } = await api.ask({ query: QUESTION }, { key: 'wrong', headers: { origin } });

    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, origin]);
  });
});
