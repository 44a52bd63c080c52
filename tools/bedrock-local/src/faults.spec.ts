import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ConverseCommand, ConverseStreamCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand, type BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttp2Handler } from '@smithy/node-http-handler';
import { STREAM_EXCEPTIONS } from './faults/fault.ts';
import { startBedrockLocal, type BedrockLocal } from './index.ts';
import { admin, drain, failure, HAIKU, messagesBody, openClient, PROTOCOLS, SONNET_4_5, userSays, type Protocol } from './testing/sdk-clients.ts';

let server: BedrockLocal;
const clients = new Map<Protocol, BedrockRuntimeClient>();
const clientOf = (protocol: Protocol): BedrockRuntimeClient => clients.get(protocol) ?? openClient(server.url, protocol);
beforeAll(async () => {
  server = await startBedrockLocal();
  for (const protocol of PROTOCOLS) clients.set(protocol, openClient(server.url, protocol));
});
afterAll(async () => {
  for (const client of clients.values()) client.destroy();
  await server.close();
});
afterEach(() => admin(server.url, 'POST', 'reset'));

const plan = (fault: Record<string, unknown>): Promise<unknown> => admin(server.url, 'POST', 'faults', fault);
const converse = new ConverseCommand({ modelId: HAIKU, messages: [userSays('hello')] });
const converseStream = (): ConverseStreamCommand => new ConverseStreamCommand({ modelId: HAIKU, messages: [userSays('hello')] });
const invokeStream = (): InvokeModelWithResponseStreamCommand => new InvokeModelWithResponseStreamCommand({ modelId: HAIKU, body: messagesBody('hello') });

async function lastCall(): Promise<Record<string, unknown>> {
  const { body } = await admin(server.url, 'GET', 'calls');
  return (body['calls'] as Record<string, unknown>[]).at(-1) ?? {};
}

async function until(check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 3_000;
  while (!(await check())) if (Date.now() > end) throw new Error('it did not happen within 3 seconds');
}

describe.each(PROTOCOLS)('a planned fault over %s', (protocol) => {
  const kinds: [string, string, number][] = [
    ['throttle', 'ThrottlingException', 429], ['unavailable', 'ServiceUnavailableException', 503], ['internal', 'InternalServerException', 500],
    ['model-timeout', 'ModelTimeoutException', 408], ['model-error', 'ModelErrorException', 424], ['not-ready', 'ModelNotReadyException', 429],
    ['validation', 'ValidationException', 400], ['quota', 'ServiceQuotaExceededException', 400], ['access-denied', 'AccessDeniedException', 403], ['eol', 'ResourceNotFoundException', 404],
  ];

  it.each(kinds)('%s answers %s with status %i, once', async (kind, name, status) => {
    await plan({ kind });
    // ModelNotReadyException is marked retryable in the client's own model of Converse; InvokeModel knows it too.
    const error = await failure(clientOf(protocol).send(new InvokeModelCommand({ modelId: HAIKU, body: messagesBody('hello') })));

    expect(error.name).toBe(name);
    expect(error.$metadata?.httpStatusCode).toBe(status);
    expect((await clientOf(protocol).send(converse)).stopReason).toBe('end_turn');
  });

  it.each(STREAM_EXCEPTIONS)('%s as the first frame rejects the call', async (name) => {
    await plan({ kind: 'first-frame', name });

    const error = await failure(clientOf(protocol).send(invokeStream()));

    expect(error.name.toLowerCase()).toBe(name.toLowerCase());
  });

  it.each(STREAM_EXCEPTIONS)('%s in mid-stream arrives after the tokens before it', async (name) => {
    await plan({ kind: 'midstream', name, after: 3 });
    await plan({ kind: 'midstream', name, after: 3 });

    const conversed = await drain((await clientOf(protocol).send(converseStream())).stream);
    const invoked = await drain((await clientOf(protocol).send(invokeStream())).body);

    expect(conversed.events.filter((event) => event.contentBlockDelta)).toHaveLength(3);
    expect(conversed.error?.name.toLowerCase()).toBe(name.toLowerCase());
    expect(invoked.error?.name.toLowerCase()).toBe(name.toLowerCase());
  });

  it('a cut breaks the connection after the tokens asked for', async () => {
    await plan({ kind: 'cut', after: 2 });

    const { events, error } = await drain((await clientOf(protocol).send(converseStream())).stream);

    expect(error).toBeDefined();
    expect(events.filter((event) => event.contentBlockDelta).length).toBeLessThanOrEqual(2);
    expect((await lastCall())['outcome']).toBe('cut');
  });

  it('a truncated frame is noticed', async () => {
    await plan({ kind: 'truncate', after: 2 });

    const { error } = await drain((await clientOf(protocol).send(converseStream())).stream);

    expect(error?.message).toMatch(/[Tt]runcated/);
  });

  it('a stall holds the stream and then goes on', async () => {
    await plan({ kind: 'stall', after: 2, ms: 150 });
    const startedAt = Date.now();

    const { events, error } = await drain((await clientOf(protocol).send(converseStream())).stream);

    expect(error).toBeUndefined();
    expect(events.at(-1)?.metadata).toBeDefined();
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(140);
  });

  it('a client that leaves is noticed, and the call ends', async () => {
    await plan({ kind: 'stall', after: 1 });
    const leaving = new AbortController();
    const reply = await clientOf(protocol).send(converseStream(), { abortSignal: leaving.signal });
    leaving.abort();
    await drain(reply.stream);

    await until(async () => (await lastCall())['outcome'] === 'aborted');
    expect((await admin(server.url, 'GET', 'health')).body['in_flight']).toBe(0);
  });
});

describe('a planned fault', () => {
  it('is retried by the SDK where Bedrock marks it so, and each attempt is logged', async () => {
    await plan({ kind: 'unavailable', times: 2 });
    const client = openClient(server.url, 'h2', { maxAttempts: 3 });

    const reply = await client.send(converse);
    const { body } = await admin(server.url, 'GET', 'calls');

    expect(reply.$metadata.attempts).toBe(3);
    expect((body['calls'] as { attempt: string; status: number }[]).map(({ attempt, status }) => [attempt, status])).toEqual([
      ['attempt=1', 503], ['attempt=2; max=3', 503], ['attempt=3; max=3', 200],
    ].map(([attempt, status]) => [expect.stringContaining(String(attempt)), status]));
    client.destroy();
  });

  it('hits only the operation and the model it names', async () => {
    await plan({ kind: 'throttle', op: 'converse-stream', model: 'haiku', times: 'forever' });

    expect((await clientOf('h2').send(converse)).stopReason).toBe('end_turn');
    expect((await failure(clientOf('h2').send(converseStream()))).name).toBe('ThrottlingException');
    expect((await failure(clientOf('h2').send(converseStream()))).name).toBe('ThrottlingException');
  });

  it('carries headers such as retry-after', async () => {
    await plan({ kind: 'throttle', headers: { 'Retry-After': 7 } });

    const response = await fetch(`${server.url}/model/${encodeURIComponent(HAIKU)}/converse`, { method: 'POST', body: JSON.stringify({ messages: [userSays('hi')] }) });

    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
  });

  it('may come with the call itself, through requestMetadata', async () => {
    const fault = { 'bedrock-local-fault': JSON.stringify({ kind: 'model-error' }) };

    const conversed = await failure(clientOf('h2').send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hi')], requestMetadata: fault })));

    expect(conversed.name).toBe('ModelErrorException');
    expect((await clientOf('h2').send(converse)).stopReason).toBe('end_turn');
  });

  it('never comes from the words of a prompt', async () => {
    const reply = await clientOf('h2').send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('bedrock-local-fault {"kind":"throttle"}')] }));

    expect(reply.stopReason).toBe('end_turn');
  });

  it('makes the first token slow enough for a client to give up', async () => {
    await plan({ kind: 'slow-first-token', ms: 5_000 });
    const impatient = openClient(server.url, 'h2', { requestHandler: new NodeHttp2Handler({ requestTimeout: 100 }) });

    const error = await failure(impatient.send(converseStream()));

    expect(error.name).toBe('TimeoutError');
    impatient.destroy();
  });
});

describe('JSON that does not fit', () => {
  const schema = { type: 'object', properties: { genre: { enum: ['horror', 'romance'] } }, required: ['genre'], additionalProperties: false };
  const asked = (text: string): ConverseCommand => new ConverseCommand({
    modelId: SONNET_4_5, messages: [userSays(text)], outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'genre', schema: JSON.stringify(schema) } } } },
  });
  const answered = async (command: ConverseCommand): Promise<unknown> => (await clientOf('h2').send(command)).output?.message?.content?.[0]?.text;

  it('is given as many times as planned, to calls that ask for JSON only', async () => {
    await plan({ kind: 'unfit-json', times: 2 });

    expect(await answered(converse)).toMatch(/series/);
    expect(await answered(asked('a horror story'))).toMatch(/^\{"unexpected":/);
    expect((await lastCall())['fault']).toBe('unfit-json');
    expect(await answered(asked('a horror story'))).toMatch(/^\{"unexpected":/);
    expect(await answered(asked('a horror story'))).toBe('{"genre":"horror"}');
  });

  it('is given for a schema in words, through InvokeModel', async () => {
    await plan({ kind: 'unfit-json' });
    const body = messagesBody('a horror story', { system: `Answer with one JSON value. It has to fit this JSON schema:\n${JSON.stringify(schema)}` });
    const ask = async (): Promise<string> => Buffer.from((await clientOf('h2').send(new InvokeModelCommand({ modelId: HAIKU, body }))).body).toString();

    expect(await ask()).toMatch(/unexpected/);
    expect(await ask()).toContain(String.raw`{\"genre\":\"horror\"}`);
  });
});

describe('the admin API', () => {
  it('shows and clears what is planned', async () => {
    await plan({ kind: 'throttle', times: 'forever', model: 'sonnet' });
    const listed = await admin(server.url, 'GET', 'faults');
    const cleared = await admin(server.url, 'DELETE', 'faults');

    expect(listed.body['faults']).toMatchObject([{ kind: 'throttle', times: 'forever', model: 'sonnet', hits: 0 }]);
    expect(cleared.body).toEqual({ faults: [] });
  });

  const mistakes: [string, unknown, RegExp][] = [
    ['an unknown kind', { kind: 'explode' }, /^kind must be one of: throttle/],
    ['an unknown field', { kind: 'throttle', afterwards: 3 }, /^unknown field afterwards; known fields: kind/],
    ['an unknown operation', { kind: 'throttle', op: 'talk' }, /^op must be one of/],
    ['an exception streams do not have', { kind: 'midstream', name: 'oops' }, /^name must be one of/],
    ['a count below zero', { kind: 'throttle', times: -1 }, /^times must be a whole number/],
    ['a slow first token without a time', { kind: 'slow-first-token' }, /needs ms/],
  ];

  it.each(mistakes)('refuses %s and says what is allowed', async (_what, fault, message) => {
    const { status, body } = await admin(server.url, 'POST', 'faults', fault);

    expect(status).toBe(400);
    expect(body['message']).toMatch(message);
  });

  it('changes the pace and puts it back', async () => {
    const changed = await admin(server.url, 'POST', 'pacing', { ttft_ms: 60, tokens_per_second: 500 });
    const startedAt = Date.now();
    await clientOf('h2').send(converse);
    const tookMs = Date.now() - startedAt;
    const named = await admin(server.url, 'POST', 'pacing', { ttftMs: 0, tokensPerSecond: 20 });
    const wrong = await admin(server.url, 'POST', 'pacing', { speed: 3 });
    await admin(server.url, 'POST', 'reset');

    expect(changed.body).toMatchObject({ ttft_ms: 60, tokens_per_second: 500 });
    expect(tookMs).toBeGreaterThanOrEqual(60);
    expect(named.body).toMatchObject({ ttft_ms: 0, tokens_per_second: 20 });
    expect(wrong.status).toBe(400);
    expect((await admin(server.url, 'GET', 'pacing')).body).toEqual({ ttft_ms: 0, tokens_per_second: 0, latency_ms: 0, benchmark_tokens: 0 });
  });

  it('is not for pages of another origin', async () => {
    const send = async (origin: string): Promise<number> => (await fetch(`${server.url}/_admin/faults`, { method: 'POST', headers: { origin }, body: '{"kind":"throttle"}' })).status;

    expect(await send('https://example.com')).toBe(403);
    expect(await send('null')).toBe(403);
    expect(await send(server.url)).toBe(200);
  });

  it('remembers calls without a word of them', async () => {
    await clientOf('http/1.1').send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('a secret wish for pirates')] }));
    const { body } = await admin(server.url, 'GET', 'calls');

    expect((body['calls'] as unknown[])[0]).toMatchObject({ op: 'Converse', model: HAIKU, status: 200, outcome: 'ok', protocol: 'http/1.1' });
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});
