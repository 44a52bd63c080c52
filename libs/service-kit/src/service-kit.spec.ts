import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpException, NotFoundException } from '@nestjs/common';
import { AppError } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import { openServiceTokens } from '@manga-assist/identity';
import { DEMO_PRINCIPAL } from '@manga-assist/identity/testing';
import { WrittenLogs } from '@manga-assist/observability/testing';
import type { RunningService } from './index.ts';
import { Backstage } from './testing/example-service.ts';
import { problems } from './testing/problems.ts';
import { RawConnection } from './testing/raw-http.ts';
import { serviceTokens, startExample } from './testing/start-example.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const logs = new WrittenLogs('trace');

describe('a service', () => {
  const backstage = new Backstage();
  let service: RunningService;
  beforeAll(async () => void (service = await startExample(backstage, {}, logs)));
  afterAll(() => service.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(service.url + path, { headers });
  const ask = (body: string | Buffer, headers: Record<string, string> = {}, method = 'POST') =>
    fetch(`${service.url}/v1/ask`, { method, body, headers: { 'content-type': 'application/json', 'x-api-key': 'local', ...headers } });

  describe('answering', () => {
    it('gives the handler the parsed body, the caller and the request id', async () => {
      const response = await ask('{"question":"漫画"}', { 'x-request-id': 'my-id.1' });

      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ length: 2, subject: 'demo-customer-1', requestId: 'my-id.1' });
    });

    it('takes the key from Authorization as well', async () => {
      const response = await fetch(`${service.url}/v1/ask`, {
        method: 'POST',
        body: '{"question":"x"}',
        headers: { 'content-type': 'application/json; charset=UTF-8', authorization: 'bearer local' },
      });

      expect(response.status).toBe(200);
    });

    it('sends the request id back, and the headers every answer has', async () => {
      for (const response of [await get('/livez', { 'x-request-id': 'A_b-9.z' }), await get('/nowhere', { 'x-request-id': 'A_b-9.z' })]) {
        expect(Object.fromEntries(response.headers)).toMatchObject({
          'x-request-id': 'A_b-9.z',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        });
        expect(response.headers.has('x-powered-by')).toBe(false);
      }
    });

    it.each(['', 'x'.repeat(65), 'has space', '<script>', 'a"b', '../..'])('makes a new request id instead of %p', async (given) => {
      const response = await get('/livez', { 'x-request-id': given });

      expect(response.headers.get('x-request-id')).toMatch(UUID);
    });

    it('takes any JSON that is within the limits', async () => {
      const keys = Array.from({ length: 1_000 }, (_, index) => `"k${index}":0`).join();

      expect(await problems(ask(`{${keys}}`))).toMatchObject({ code: 'request.invalid' });
      expect(await problems(ask(`{"question":${'['.repeat(15)}${']'.repeat(15)}}`))).toMatchObject({ code: 'request.invalid' });
      for (const body of ['{"question":"\\ud83d\\ude00 \\\\ud800 \\u0041"}', ' {"question" : "a" } ', '{"question":"\\"}{[:"}', `{"question":"${'漫'.repeat(21_000)}"}`]) {
        expect([body.slice(0, 40), (await ask(body)).status]).toEqual([body.slice(0, 40), 200]);
      }
    });
  });

  describe('refusing', () => {
    const canary = 'CANARY';
    const deep = '['.repeat(5_000);
    const keys = Array.from({ length: 1_001 }, (_, index) => `"${canary}${index}":0`).join();
    const invalidUtf8 = Buffer.concat([Buffer.from(`{"question":"${canary}`), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    const cases: [name: string, body: string | Buffer, headers: Record<string, string>, status: number, code: string][] = [
      ['malformed JSON', `{"question":"${canary}`, {}, 400, 'request.malformed-json'],
      ['two values', `{"question":"${canary}"}{}`, {}, 400, 'request.malformed-json'],
      ['an empty body', '', {}, 400, 'request.malformed-json'],
      ['a comment', `{"question":"a"/*${canary}*/}`, {}, 400, 'request.malformed-json'],
      ['NaN', '{"question":"a","count":NaN}', {}, 400, 'request.malformed-json'],
      ['a byte order mark', '\ufeff{"question":"a"}', {}, 400, 'request.malformed-json'],
      ['5,000 open arrays', deep, {}, 400, 'request.unsafe-json'],
      ['5,000 nested arrays', `{"question":${deep}${']'.repeat(5_000)}}`, {}, 400, 'request.unsafe-json'],
      ['17 levels', `{"question":${'['.repeat(16)}${']'.repeat(16)}}`, {}, 400, 'request.unsafe-json'],
      ['1,001 keys', `{${keys}}`, {}, 400, 'request.unsafe-json'],
      ['the same key twice', `{"question":"${canary}","question":"b"}`, {}, 400, 'request.unsafe-json'],
      ['the same key twice, once escaped', '{"question":"a","\\u0071uestion":"b"}', {}, 400, 'request.unsafe-json'],
      ['the same key twice, deep inside', '{"question":[{"a":{"b":1,"b" : 2}}]}', {}, 400, 'request.unsafe-json'],
      ['__proto__', '{"question":"a","__proto__":{"admin":true}}', {}, 400, 'request.unsafe-json'],
      ['__proto__, escaped', '{"question":"a","\\u005f_proto__":{}}', {}, 400, 'request.unsafe-json'],
      ['constructor', '{"constructor":{"prototype":{}}}', {}, 400, 'request.unsafe-json'],
      ['prototype', '{"question":{"prototype":1}}', {}, 400, 'request.unsafe-json'],
      ['invalid UTF-8', invalidUtf8, {}, 400, 'request.invalid-unicode'],
      ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), {}, 400, 'request.invalid-unicode'],
      ['half a surrogate pair', `{"question":"${canary}\\ud800"}`, {}, 400, 'request.invalid-unicode'],
      ['a low surrogate alone', '{"question":"\\uDC00"}', {}, 400, 'request.invalid-unicode'],
      ['two high surrogates', '{"question":"\\ud83d\\ud83d"}', {}, 400, 'request.invalid-unicode'],
      ['half a surrogate pair in a key', '{"\\ud800":"a"}', {}, 400, 'request.invalid-unicode'],
      ['more than 64 KiB', `{"question":"${canary}${'x'.repeat(65 * 1024)}"}`, {}, 413, 'request.too-large'],
      ['a compressed body', 'x', { 'content-encoding': 'gzip' }, 415, 'request.unsupported-encoding'],
      ['another content type', `question=${canary}`, { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'request.unsupported-media-type'],
      ['plain text', '{}', { 'content-type': 'text/plain' }, 415, 'request.unsupported-media-type'],
      ['an unknown content type', '{}', { 'content-type': canary }, 415, 'request.unsupported-media-type'],
      ['another charset', '{"question":"a"}', { 'content-type': 'application/json; charset=shift_jis' }, 415, 'request.unsupported-media-type'],
      ['an array', `["${canary}"]`, {}, 400, 'request.invalid'],
      ['a string', `"${canary}"`, {}, 400, 'request.invalid'],
      ['null', 'null', {}, 400, 'request.invalid'],
      ['a wrong type', `{"question":{"text":"${canary}"}}`, {}, 400, 'request.invalid'],
      ['an unknown field', `{"question":"a","extra":"${canary}"}`, {}, 400, 'request.invalid'],
      ['a field with markup for a name', `{"question":"a","<b>${canary}</b>":1}`, {}, 400, 'request.invalid'],
      ['no key', `{"question":"${canary}"}`, { 'x-api-key': '' }, 401, 'request.missing-key'],
      ['a wrong key', `{"question":"${canary}"}`, { 'x-api-key': canary }, 401, 'request.wrong-key'],
      ['a huge key', '{}', { 'x-api-key': canary.repeat(2_000) }, 401, 'request.wrong-key'],
      ['a key without the scope', `{"question":"${canary}"}`, { 'x-api-key': 'reader' }, 403, 'request.missing-scope'],
    ];

    it.each(cases)('answers %s with problem+json and no echo', async (_, body, headers, status, code) => {
      const response = await ask(body, headers);
      const text = await response.text();

      expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
      expect(JSON.parse(text)).toEqual({
        type: `urn:manga-assist:problem:${code}`,
        title: expect.any(String),
        status,
        detail: expect.any(String),
        instance: expect.stringContaining('urn:manga-assist:request:'),
        code,
        request_id: response.headers.get('x-request-id'),
        retryable: false,
        error: expect.any(String),
        details: expect.any(Array),
      });
      expect(text).not.toContain(canary);
      expect(response.headers.has('www-authenticate')).toBe(status === 401);
    });

    it('says all that is wrong at once, by field', async () => {
      const response = await ask('{"count":"many","extra":1}');

      const { details } = (await response.json()) as { details: { path: string }[] };
      expect([...new Set(details.map(({ path }) => path))].sort()).toEqual(['count', 'extra', 'question']);
    });

    it('answers the same connection again after a bad body', async () => {
      const connection = new RawConnection(service.port);
      const request = 'POST /v1/ask HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n{';

      connection.write(request);
      await connection.receive('malformed-json');
      connection.write(request);

      expect(await connection.receive('malformed-json')).toContain('HTTP/1.1 400');
      connection.socket.destroy();
    });

    it('tells an unknown address from a wrong method', async () => {
      const nowhere = await get('/v1/nowhere?x=CANARY');
      const wrongMethod = await get('/v1/ask');
      const wrongMethodOfPattern = await fetch(`${service.url}/v1/fail/x`, { method: 'DELETE' });

      expect([nowhere.status, wrongMethod.status, wrongMethodOfPattern.status]).toEqual([404, 405, 405]);
      expect(wrongMethod.headers.get('allow')).toBe('POST');
      expect(await nowhere.text()).not.toMatch(/CANARY|nowhere/);
      expect(await wrongMethod.json()).toMatchObject({ code: 'request.method-not-allowed', status: 405 });
    });

    it.each([
      ['an address that cannot be decoded', 'GET /%ff HTTP/1.1\r\nhost: x\r\n\r\n', '400', 'problem+json'],
      ['what is not HTTP', 'CANARY CANARY\r\n\r\n', '400', 'problem+json'],
      ['headers of more than 16 KiB', `GET /livez HTTP/1.1\r\nhost: x\r\nx-long: ${'C'.repeat(17 * 1024)}\r\n\r\n`, '431', 'problem+json'],
      ['an address in absolute form that is nowhere', 'GET http://elsewhere.example/x HTTP/1.1\r\nhost: x\r\n\r\n', '404', 'problem+json'],
      ['two content lengths', 'POST /v1/ask HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}', '400', 'problem+json'],
    ])('answers %s', async (_, bytes, status, contentType) => {
      const connection = new RawConnection(service.port);
      connection.write(bytes);

      const answer = await connection.receive('"details":[]}');

      expect(answer).toContain(`HTTP/1.1 ${status} `);
      expect(answer).toContain(contentType);
      expect(answer).toContain('x-request-id: ');
      expect(answer).not.toMatch(/CANARY|elsewhere/);
      connection.socket.destroy();
    });
  });

  describe('acting for another service', () => {
    const tell = (token: string, body = '{"question":"a","later":"field"}') =>
      fetch(`${service.url}/v1/tell`, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } });

    it('knows for whom, and drops fields it does not know yet', async () => {
      const response = await tell(await serviceTokens.sign({ principal: DEMO_PRINCIPAL, turnId: 'trn_7' }));

      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ request: { question: 'a' }, turnId: 'trn_7', subject: 'demo-customer-1' });
    });

    it('takes neither an API key nor a wrong token', async () => {
      const wrong = await openServiceTokens({ secret: 'other', issuer: 'x' }).sign({ principal: DEMO_PRINCIPAL, turnId: 'trn_7' });
      for (const token of ['local', wrong, 'x'.repeat(9_000)]) {
        expect(await (await tell(token)).json()).toMatchObject({ status: 401, code: 'identity.service-token' });
      }
    });
  });

  describe('failing', () => {
    const failures: [kind: string, error: Error, status: number, code: string, retryAfter: string | null][] = [
      ['invalid', new AppError('invalid', 'x.invalid', 'Wrong.'), 400, 'x.invalid', null],
      ['unauthenticated', new AppError('unauthenticated', 'x.who', 'Who?'), 401, 'x.who', null],
      ['forbidden', new AppError('forbidden', 'x.forbidden', 'No.'), 403, 'x.forbidden', null],
      ['not-found', new AppError('not-found', 'x.none', 'None.'), 404, 'x.none', null],
      ['conflict', new AppError('conflict', 'x.conflict', 'Twice.'), 409, 'x.conflict', null],
      ['rate-limited', new AppError('rate-limited', 'x.slow', 'Slow down.', { retryAfterMs: 1_500 }), 429, 'x.slow', '2'],
      ['rate-limited-without-time', new AppError('rate-limited', 'x.slow', 'Slow down.'), 429, 'x.slow', '1'],
      ['unavailable', new AppError('unavailable', 'x.down', 'Down.'), 503, 'x.down', '1'],
      ['timed-out', new AppError('timed-out', 'x.late', 'Late.'), 504, 'x.late', null],
      ['cancelled', new AppError('cancelled', 'x.gone', 'Gone.'), 499, 'x.gone', null],
      ['bug', new AppError('bug', 'internal', 'Something went wrong on our side.'), 500, 'internal', null],
      ['unknown-error', new Error('CANARY'), 500, 'internal', null],
      ['nest-not-found', new NotFoundException('CANARY'), 404, 'request.unknown-address', null],
      ['nest-teapot', new HttpException('CANARY', 418), 400, 'request.malformed', null],
      ['time-out', new DOMException('CANARY', 'TimeoutError'), 504, 'request.timed-out', null],
    ];
    beforeAll(() => failures.forEach(([kind, error]) => backstage.failures.set(kind, error)));

    it.each(failures)('translates %s', async (kind, _, status, code, retryAfter) => {
      const response = await get(`/v1/fail/${kind}`);
      const text = await response.text();

      expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter]);
      expect(JSON.parse(text)).toMatchObject({ status, code, retryable: ['x.slow', 'x.down', 'x.late', 'request.timed-out'].includes(code) });
      expect(text).not.toContain('CANARY');
    });

    it('logs faults of ours with their stack, and no input', async () => {
      await get('/v1/fail/unknown-error?CANARY', { 'x-request-id': 'looked-for' });

      const line = logs.lines.find(({ requestId }) => requestId === 'looked-for');

      expect(line).toMatchObject({ level: 'error', route: '/v1/fail/:kind', status: 500, error: { kind: 'bug', cause: { stack: expect.any(String) } } });
      expect(logs.written).not.toContain('CANARY');
    });
  });

  describe('whose client leaves', () => {
    it('tells the handler', async () => {
      const leaving = new AbortController();
      const answer = fetch(`${service.url}/v1/wait`, { signal: leaving.signal }).catch(() => 'left');
      await until('the handler', () => backstage.waiting === 1);

      leaving.abort();

      expect(await answer).toBe('left');
      await until('the signal', () => backstage.aborts.includes('AbortError'));
    });
  });
});
