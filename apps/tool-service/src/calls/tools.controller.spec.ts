import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openServiceTokens } from '@manga-assist/identity';
import { until } from '@manga-assist/foundation/testing';
import type { ToolListResponse } from '@manga-assist/schemas/tools';
import { SignJWT } from 'jose';
import { SHELF } from '../testing/shelf.ts';
import { SECRET, SHOPPER, ToolServiceUnderTest } from '../testing/tool-service-under-test.ts';

let service: ToolServiceUnderTest;

beforeEach(async () => {
  service = await new ToolServiceUnderTest({ products: SHELF, config: { toolTimeoutMs: 10_000, mostCallsAtOnce: 1 } }).start();
});
afterEach(() => service.close());

const availability = (id: string) => ({ tool_use_id: id, input: { manga_id: 'MNG-PIRATES1' } });

async function expectProblem(response: Response, status: number, code: string): Promise<string> {
  const text = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
  expect(JSON.parse(text)).toMatchObject({ status, code });
  return text;
}

describe('the list of tools', () => {
  it('is what a model is told, by one definition each', async () => {
    const response = await service.get('/v1/tools', await service.tokens.sign(SHOPPER));
    const { version, tools } = (await response.json()) as ToolListResponse;

    expect(version).toMatch(/^tools-[0-9a-f]{12}$/);
    expect(tools.map(({ name }) => name)).toEqual(['search_manga_catalog', 'get_order_status', 'check_manga_availability', 'find_similar_manga', 'get_manga_details']);
    const required: Record<string, string[]> = {
      search_manga_catalog: ['query'],
      get_order_status: ['order_id'],
      check_manga_availability: ['manga_id'],
      // A title or an id: a schema cannot say so in words that models take, so the tool itself checks.
      find_similar_manga: [],
      get_manga_details: ['manga_id'],
    };
    for (const { name, description, input_schema } of tools) {
      expect(description.length).toBeGreaterThan(40);
      expect(input_schema).toMatchObject({ type: 'object', additionalProperties: false, required: required[name] });
    }
  });

  it('has no argument that says who is asking', async () => {
    const text = await (await service.get('/v1/tools', await service.tokens.sign(SHOPPER))).text();

    expect(text).not.toMatch(/customer_id|user_id|subject|tenant|email/);
  });
});

describe('a caller', () => {
  const forged = (secret: string, claims: { audience?: string; type?: string; expiresAtSeconds?: number; issuedAtSeconds?: number }) => {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    return new SignJWT({ tenant_id: 'store', scopes: [], turn_id: 'trn_1' })
      .setProtectedHeader({ alg: 'HS256', typ: claims.type ?? 'mangaassist-service+jwt' })
      .setIssuer('chat-gateway')
      .setAudience(claims.audience ?? 'tool-service')
      .setSubject('shopper-1')
      .setIssuedAt(claims.issuedAtSeconds ?? nowSeconds)
      .setExpirationTime(claims.expiresAtSeconds ?? nowSeconds + 30)
      .sign(new TextEncoder().encode(secret));
  };

  it('with a token that is as it ought to be is let in', async () => {
    expect((await service.get('/v1/tools', await forged(SECRET, {}))).status).toBe(200);
  });

  it.each([
    ['without a token', async () => undefined],
    ['with an API key', async () => 'local'],
    ['with another secret’s token', () => openServiceTokens({ secret: 'guessed', issuer: 'chat-gateway' }).sign(SHOPPER)],
    ['with a token for another service', () => forged(SECRET, { audience: 'rest-api' })],
    ['with a token of another type', () => forged(SECRET, { type: 'JWT' })],
    ['with an expired token', () => forged(SECRET, { issuedAtSeconds: Date.now() / 1_000 - 60, expiresAtSeconds: Date.now() / 1_000 - 30 })],
    ['with a token that lives for a day', () => forged(SECRET, { issuedAtSeconds: Date.now() / 1_000 - 60, expiresAtSeconds: Date.now() / 1_000 + 86_400 })],
  ])('%s is refused everything', async (_how, tokenOf) => {
    const token = await tokenOf();

    for (const path of ['/v1/tools', '/v1/tools/get_order_status/calls']) {
      const response = await fetch(`${service.url}${path}`, {
        method: path.endsWith('calls') ? 'POST' : 'GET',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        ...(path.endsWith('calls') && { body: JSON.stringify({ tool_use_id: 'use_1', input: { order_id: 'ORD-7K2M9Q4X' } }) }),
      });
      expect([path, response.status, response.headers.get('content-type')]).toEqual([path, 401, 'application/problem+json']);
    }
  });
});

describe('a call', () => {
  it('is answered under its own id', async () => {
    const response = await service.post('check_manga_availability', availability('tooluse_AbC-9'));

    expect(await response.json()).toMatchObject({ tool_use_id: 'tooluse_AbC-9', status: 'success' });
  });

  it('of a tool that is not there is not found', async () => {
    await expectProblem(await service.post('send_email', { tool_use_id: 'use_1', input: {} }), 404, 'tools.unknown-tool');
    await expectProblem(await service.post('constructor', { tool_use_id: 'use_1', input: {} }), 404, 'tools.unknown-tool');
  });

  it.each([
    ['no id', { input: {} }],
    ['an id with spaces', { tool_use_id: 'a b', input: {} }],
    ['no input', { tool_use_id: 'use_1' }],
    ['a list for input', { tool_use_id: 'use_1', input: [] }],
    ['another language', { tool_use_id: 'use_1', input: {}, language: 'fr' }],
  ])('with %s is refused', async (_what, body) => {
    await expectProblem(await service.post('search_manga_catalog', body), 400, 'request.invalid');
  });

  it.each([
    ['search_manga_catalog', {}, 'query'],
    ['search_manga_catalog', { query: '' }, 'query'],
    ['search_manga_catalog', { query: '\u200b\u200b' }, 'query'],
    ['search_manga_catalog', { query: 7 }, 'query'],
    ['search_manga_catalog', { query: 'x'.repeat(201) }, 'query'],
    ['search_manga_catalog', { query: 'sea', genre: 'secret-genre' }, 'genre'],
    ['search_manga_catalog', { query: 'sea', max_results: 2.5 }, 'max_results'],
    ['search_manga_catalog', { query: 'sea', max_results: '5' }, 'max_results'],
    ['search_manga_catalog', { query: 'sea', max_price_jpy: 0 }, 'max_price_jpy'],
    ['search_manga_catalog', { query: 'sea', tenant: 'secret-tenant' }, 'tenant'],
    ['search_manga_catalog', { query: 'sea', 'secret <b>': 1 }, 'unusual name'],
    ['get_order_status', {}, 'order_id'],
    ['get_order_status', { order_id: 'secret-order' }, 'order_id'],
    ['get_order_status', { order_id: 'ORD-7K2M9Q4X', customer_id: 'secret-shopper' }, 'customer_id'],
    ['check_manga_availability', { volume: 1 }, 'manga_id'],
    ['check_manga_availability', { manga_id: 'MNG-PIRATES1', volume: 0 }, 'volume'],
    ['check_manga_availability', { manga_id: 'MNG-PIRATES1', volume: -1 }, 'volume'],
    ['check_manga_availability', { manga_id: 'MNG-PIRATES1', volume: 1.5 }, 'volume'],
    ['check_manga_availability', { manga_id: { secret: 1 } }, 'manga_id'],
  ])('of %s with %j is a refusal that the model can read', async (name, input, field) => {
    const answer = await service.call(name, input);

    expect(answer).toMatchObject({ status: 'error', error: { code: 'invalid_arguments', message: expect.stringContaining(field) } });
    expect(answer.content).toEqual({ error: answer.error });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('that takes too long ends with a refusal that the model can read, and its work is stopped', async () => {
    await service.close();
    service = await new ToolServiceUnderTest({ products: SHELF, config: { toolTimeoutMs: 50 } }).start();
    service.products.mood = 'hangs';

    expect(await service.call('check_manga_availability', { manga_id: 'MNG-PIRATES1' })).toMatchObject({ status: 'error', error: { code: 'timed_out' } });
    expect(service.products.signals[0]?.aborted).toBe(true);
  });

  it('fails with 503 while the table is down, and works when it is back', async () => {
    service.products.mood = 'down';
    const response = await service.post('check_manga_availability', availability('use_1'));
    expect(response.headers.get('retry-after')).toBe('1');
    await expectProblem(response, 503, 'catalogue.unavailable');

    service.products.mood = 'fine';
    expect(await service.call('check_manga_availability', { manga_id: 'MNG-PIRATES1' })).toMatchObject({ status: 'success' });
  });

  it('waits for its turn, but not in a line without end', async () => {
    service.products.mood = 'hangs';

    const refused: Response[] = [];
    const calls = Array.from({ length: 8 }, async (_, index) => {
      const response = await service.post('check_manga_availability', availability(`use_${index}`));
      if (response.status !== 200) refused.push(response);
      return response.status;
    });
    // One at work, four waiting; the others are told at once.
    await until('three refusals', () => refused.length === 3);
    service.products.recover();

    expect((await Promise.all(calls)).sort()).toEqual([200, 200, 200, 200, 200, 503, 503, 503]);
    await expectProblem(refused[0] as Response, 503, 'tools.busy');
  });

  it('that waits keeps nobody from another tool', async () => {
    service.products.mood = 'hangs';
    const waiting = Array.from({ length: 5 }, (_, index) => service.post('check_manga_availability', availability(`use_${index}`)));
    await until('the first to be at work', () => service.products.signals.length === 1);

    expect(await service.call('get_order_status', { order_id: 'ORD-00000000' })).toMatchObject({ error: { code: 'not_found' } });
    service.products.recover();
    await Promise.all(waiting);
  });

  it('is counted by its tool and its end, with the time it took', async () => {
    await service.call('check_manga_availability', { manga_id: 'MNG-PIRATES1' });
    await service.call('check_manga_availability', { manga_id: 'MNG-00000000' });
    await service.call('check_manga_availability', { manga_id: 7 });
    service.products.mood = 'down';
    await service.post('check_manga_availability', availability('use_1'));
    const calls = (outcome: string) => service.metric(`manga_tool_calls_total{tool="check_manga_availability",outcome="${outcome}"`);

    expect(await Promise.all(['success', 'not_found', 'invalid_arguments', 'catalogue.unavailable'].map(calls))).toEqual([1, 1, 1, 1]);
    expect(await service.metric('manga_tool_seconds_count{service="tool-service",tool="check_manga_availability"')).toBe(4);
    expect(await (await service.get('/metrics')).text()).not.toContain('MNG-');
  });

  it('stops working when its caller leaves', async () => {
    service.products.mood = 'hangs';
    const caller = new AbortController();
    const leaving = service.post('check_manga_availability', availability('use_1'), { signal: caller.signal }).catch(() => 'left');
    await until('the call to reach the table', () => service.products.signals.length === 1);

    caller.abort();

    expect(await leaving).toBe('left');
    await until('the work to be stopped', () => service.products.signals[0]?.aborted);
    expect((service.products.signals[0]?.reason as Error).name).toBe('AbortError');
  });
});
