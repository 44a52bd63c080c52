import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConverseCommand, ConverseStreamCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand, type BedrockRuntimeClient, type ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { startBedrockLocal, type BedrockLocal } from './index.ts';
import { admin, drain, failure, HAIKU, messagesBody, openClient, SONNET_4_5, userSays } from './testing/sdk-clients.ts';

/** Twice the 1,024 tokens that Sonnet 4.5 caches at least. */
const LONG = 'The shop sells manga of every kind, new and old. '.repeat(200);
/** Five minutes of the prompt cache are a quarter of a second here. */
const SHORT_MINUTE_MS = 50;

let server: BedrockLocal;
let client: BedrockRuntimeClient;
beforeAll(async () => {
  server = await startBedrockLocal();
  client = openClient(server.url);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

async function usageOf(input: ConverseCommandInput, sender = client) {
  const { usage } = await sender.send(new ConverseCommand(input));
  return { input: usage?.inputTokens ?? 0, read: usage?.cacheReadInputTokens ?? 0, write: usage?.cacheWriteInputTokens ?? 0, details: usage?.cacheDetails, total: usage?.totalTokens ?? 0, output: usage?.outputTokens ?? 0 };
}
const cached = (system: string, question: string, ttl?: '5m' | '1h'): ConverseCommandInput => ({
  modelId: SONNET_4_5, system: [{ text: system }, { cachePoint: { type: 'default', ...(ttl ? { ttl } : {}) } }], messages: [userSays(question)],
});

describe('the prompt cache', () => {
  it('is written by the first call and read by the next one with the same prefix', async () => {
    const first = await usageOf(cached(LONG, 'hello'));
    const second = await usageOf(cached(LONG, 'good evening'));

    expect(first).toMatchObject({ read: 0, details: [{ ttl: '5m', inputTokens: first.write }] });
    expect(first.write).toBeGreaterThan(1_024);
    expect(second).toMatchObject({ read: first.write, write: 0, details: undefined });
    expect(second.total).toBe(second.input + second.read + second.output);
    expect(second.input).toBeLessThan(30);
  });

  it('passes over a prefix below the minimum, a model without caching, and a changed prefix', async () => {
    expect(await usageOf(cached('Be brief.', 'hello'))).toMatchObject({ read: 0, write: 0 });
    expect(await usageOf({ ...cached(LONG, 'hello'), modelId: HAIKU })).toMatchObject({ read: 0, write: 0 });
    expect(await usageOf(cached(`x${LONG}`, 'hello'))).toMatchObject({ read: 0 });
  });

  it('writes only what a growing conversation adds', async () => {
    const turn = (text: string) => ({ role: 'user' as const, content: [{ text: `${text} ${LONG}` }, { cachePoint: { type: 'default' as const } }] });
    const before = { role: 'assistant' as const, content: [{ text: 'Yes.' }] };
    const first = await usageOf({ modelId: SONNET_4_5, messages: [turn('one')] });
    const second = await usageOf({ modelId: SONNET_4_5, messages: [turn('one'), before, turn('two')] });

    expect(second.read).toBe(first.write);
    expect(second.write).toBeGreaterThan(1_024);
  });

  it('keeps an hour apart from five minutes, and refuses a ttl that grows or a fifth point', async () => {
    const ttls = (...points: ('5m' | '1h')[]): ConverseCommandInput => ({
      modelId: SONNET_4_5, messages: [userSays('hi')], system: points.flatMap((ttl, index) => [{ text: `${index} ${LONG}` }, { cachePoint: { type: 'default' as const, ttl } }]),
    });
    const { details } = await usageOf(ttls('1h', '5m'));

    expect(details?.map(({ ttl }) => ttl)).toEqual(['1h', '5m']);
    expect((await failure(client.send(new ConverseCommand(ttls('5m', '1h'))))).message).toMatch(/ttl='1h' cache_control block must not come after/);
    expect((await failure(client.send(new ConverseCommand(ttls('5m', '5m', '5m', '5m', '5m'))))).message).toMatch(/maximum of 4 blocks/);
  });

  it('forgets after the time to live', async () => {
    const quick = await startBedrockLocal({ minuteMs: SHORT_MINUTE_MS });
    const sender = openClient(quick.url);
    await usageOf(cached(LONG, 'a'), sender);
    const soon = await usageOf(cached(LONG, 'b'), sender);
    const end = Date.now() + 5 * SHORT_MINUTE_MS;
    while (Date.now() <= end) await admin(quick.url, 'GET', 'health');
    const late = await usageOf(cached(LONG, 'c'), sender);

    expect([soon.read > 0, late.read]).toEqual([true, 0]);
    sender.destroy();
    await quick.close();
  });

  it('is told by every operation, in its own words', async () => {
    const system = [{ type: 'text', text: `own words ${LONG}`, cache_control: { type: 'ephemeral' } }];
    const body = messagesBody('hello', { system });
    let headers: Record<string, string> = {};
    const listening = openClient(server.url);
    listening.middlewareStack.add((next) => async (args) => {
      const result = await next(args);
      headers = (result.response as { headers: Record<string, string> }).headers;
      return result;
    }, { step: 'deserialize' });
    const whole = await listening.send(new InvokeModelCommand({ modelId: SONNET_4_5, body }));
    const streamed = await drain((await client.send(new InvokeModelWithResponseStreamCommand({ modelId: SONNET_4_5, body }))).body);
    const conversed = await drain((await client.send(new ConverseStreamCommand({ modelId: SONNET_4_5, system: [{ text: `own words ${LONG}` }, { cachePoint: { type: 'default' } }], messages: [userSays('hello')] }))).stream);
    const { usage } = JSON.parse(Buffer.from(whole.body).toString()) as { usage: Record<string, unknown> };
    const written = usage['cache_creation_input_tokens'];
    const chunks = streamed.events.map(({ chunk }) => JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as Record<string, unknown>);

    expect(written).toBeGreaterThan(1_024);
    expect(usage['cache_creation']).toEqual({ ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 });
    expect(headers).toMatchObject({ 'x-amzn-bedrock-cache-write-input-token-count': String(written), 'x-amzn-bedrock-cache-read-input-token-count': '0' });
    expect(chunks[0]).toMatchObject({ message: { usage: { cache_read_input_tokens: written } } });
    expect(chunks.at(-1)).toMatchObject({ 'amazon-bedrock-invocationMetrics': { cacheReadInputTokenCount: written, cacheWriteInputTokenCount: 0 } });
    expect(conversed.events.at(-1)?.metadata?.usage?.cacheReadInputTokens).toBe(written);
    listening.destroy();
  });
});

describe('a quota', () => {
  beforeEach(() => admin(server.url, 'POST', 'reset'));
  const say = (modelId: string, maxTokens: number) => new ConverseCommand({ modelId, messages: [userSays('hello')], inferenceConfig: { maxTokens } });

  it('of tokens reserves input and max_tokens, and is settled with what was used', async () => {
    await admin(server.url, 'POST', 'quotas', { tokens_per_minute: 1_000 });
    const tooMuch = await failure(client.send(say(HAIKU, 1_000)));
    await client.send(say(HAIKU, 900));
    await client.send(say(HAIKU, 900));
    const { body } = await admin(server.url, 'GET', 'quotas');

    expect(tooMuch).toMatchObject({ name: 'ThrottlingException', message: 'Too many tokens, please wait before trying again.', $metadata: { httpStatusCode: 429 } });
    expect((body['used'] as Record<string, { requests: number; tokens: number }>)[HAIKU]).toMatchObject({ requests: 2 });
  });

  it('burns down five times faster for the output of newer models', async () => {
    await admin(server.url, 'POST', 'quotas', { tokens_per_minute: 100_000 });
    const { usage } = await client.send(say(SONNET_4_5, 900));
    const { body } = await admin(server.url, 'GET', 'quotas');

    const used = (body['used'] as Record<string, { tokens: number }>)['anthropic.claude-sonnet-4-5-20250929-v1:0'];
    expect(used?.tokens).toBe((usage?.inputTokens ?? 0) + 5 * (usage?.outputTokens ?? 0));
  });

  it('of requests is counted for each model, in streams too, and comes back with the next minute', async () => {
    const quick = await startBedrockLocal({ minuteMs: 200, quotas: { byModel: { haiku: { tokensPerMinute: 0, requestsPerMinute: 1 } } } });
    const sender = openClient(quick.url);
    await sender.send(say(HAIKU, 100));
    const refused = await failure(sender.send(new ConverseStreamCommand({ modelId: HAIKU, messages: [userSays('hello')] })));
    const other = await sender.send(say(SONNET_4_5, 100));
    const end = Date.now() + 3_000;
    let later: unknown;
    while (later === undefined && Date.now() < end) later = await sender.send(say(HAIKU, 100)).catch(() => undefined);

    expect(refused).toMatchObject({ name: 'ThrottlingException', message: 'Too many requests, please wait before trying again.' });
    expect(other.stopReason).toBe('end_turn');
    expect(later).toMatchObject({ stopReason: 'end_turn' });
    sender.destroy();
    await quick.close();
  });
});

describe('the pace', () => {
  beforeEach(() => admin(server.url, 'POST', 'reset'));
  it('may be set for one model alone', async () => {
    const set = await admin(server.url, 'POST', 'pacing', { model: 'sonnet-4-5', ttft_ms: 900 });
    await client.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hello')] }));
    await client.send(new ConverseCommand({ modelId: SONNET_4_5, messages: [userSays('hello')] }));
    const { body } = await admin(server.url, 'GET', 'calls');
    await admin(server.url, 'POST', 'reset');
    const [sonnet, haiku] = (body['calls'] as { ms: number }[]).slice(-2).reverse();

    expect(set.body).toEqual({ ttft_ms: 0, tokens_per_second: 0, latency_ms: 0, benchmark_tokens: 0, models: { 'sonnet-4-5': { ttft_ms: 900, tokens_per_second: 0, latency_ms: 0 } } });
    expect(sonnet?.ms).toBeGreaterThanOrEqual(895);
    expect(haiku?.ms).toBeLessThan(895);
  });

  it('may be one time for every answer, however long it is', async () => {
    // At one token a second the long answer would take minutes.
    await admin(server.url, 'POST', 'pacing', { latency_ms: 150, tokens_per_second: 1 });
    for (const benchmark of ['5', '400']) await client.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hi')], requestMetadata: { 'bedrock-local-benchmark-tokens': benchmark } }));
    await drain((await client.send(new ConverseStreamCommand({ modelId: HAIKU, messages: [userSays('hi')] }))).stream);
    const { body } = await admin(server.url, 'GET', 'calls');

    for (const { ms } of body['calls'] as { ms: number }[]) expect(ms).toBeGreaterThanOrEqual(145);
  });

  it.each([['quotas', { tokens_per_minute: -1 }], ['quotas', { rpm: 3 }], ['pacing', { model: '' }], ['mode', { mode: 'evil' }]])('and %s refuse %j', async (path, body) => {
    expect((await admin(server.url, 'POST', path, body)).status).toBe(400);
  });
});
