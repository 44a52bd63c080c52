/** @jest-environment-options {"customExportConditions": ["node", "node-addons"]} */
// A dependency of the AI SDK offers its TypeScript sources too; here its published build is used.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { embed, generateText, isStepCount, jsonSchema, streamText, tool } from 'ai';
import { startBedrockLocal, type BedrockLocal } from '../index.ts';
import { admin, failure, HAIKU, TITAN } from '../testing/sdk-clients.ts';

/** The AI SDK's provider, which has an event-stream decoder of its own. */
let server: BedrockLocal;
let bedrock: ReturnType<typeof createAmazonBedrock>;
beforeAll(async () => {
  server = await startBedrockLocal();
  bedrock = createAmazonBedrock({ baseURL: server.url, region: 'us-east-1', accessKeyId: 'local', secretAccessKey: 'local' });
});
afterAll(() => server.close());
afterEach(() => admin(server.url, 'POST', 'reset'));

const ask = (prompt: string) => ({ model: bedrock(HAIKU), prompt, maxRetries: 0 });
const orders = {
  get_order_status: tool({
    description: 'Check an order.',
    inputSchema: jsonSchema<{ order_id: string }>({ type: 'object', properties: { order_id: { type: 'string' } }, required: ['order_id'] }),
    execute: ({ order_id }) => ({ order_id, status: 'shipped' }),
  }),
};

describe('@ai-sdk/amazon-bedrock', () => {
  it('gets a text with its usage', async () => {
    const { text, finishReason, usage } = await generateText(ask('hello'));

    expect(text).toMatch(/series/);
    expect(finishReason).toBe('stop');
    expect(usage.outputTokens).toBeGreaterThan(5);
  });

  it('streams a text', async () => {
    const result = streamText(ask('こんにちは'));
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);

    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toMatch(/漫画/);
    expect((await result.usage).outputTokens).toBeGreaterThan(5);
  });

  it('runs a tool loop to the answer, whole and streamed', async () => {
    const question = { ...ask('Where is my order ORD-7K2M9Q4X?'), tools: orders, stopWhen: isStepCount(3) };
    const whole = await generateText(question);
    const streamed = streamText(question);
    await streamed.consumeStream();

    expect(whole.steps[0]?.toolCalls[0]).toMatchObject({ toolName: 'get_order_status', input: { order_id: 'ORD-7K2M9Q4X' } });
    expect(whole.text).toMatch(/shipped/);
    expect(await streamed.text).toBe(whole.text);
  });

  it('embeds', async () => {
    const { embedding } = await embed({ model: bedrock.embedding(TITAN), value: 'pirate' });

    expect(embedding).toHaveLength(1024);
  });

  it.each([['throttle', 429], ['validation', 400], ['access-denied', 403], ['eol', 404], ['internal', 500]])('tells a planned %s as status %i', async (kind, statusCode) => {
    await admin(server.url, 'POST', 'faults', { kind });

    expect(await failure(generateText(ask('hello')))).toMatchObject({ statusCode });
  });

  it('tells an exception in mid-stream', async () => {
    await admin(server.url, 'POST', 'faults', { kind: 'midstream', after: 2, name: 'modelStreamErrorException' });
    const errors: unknown[] = [];
    const result = streamText({ ...ask('hello'), onError: ({ error }) => void errors.push(error) });
    await result.consumeStream();

    expect(errors).toHaveLength(1);
  });

  it('leaves in the middle, and the call ends', async () => {
    await admin(server.url, 'POST', 'pacing', { tokens_per_second: 5 });
    const leaving = new AbortController();
    const result = streamText({ ...ask('hello'), abortSignal: leaving.signal });
    for await (const _piece of result.textStream) leaving.abort();
    const end = Date.now() + 3_000;
    let inFlight: unknown = 1;
    while (inFlight !== 0 && Date.now() < end) inFlight = (await admin(server.url, 'GET', 'health')).body['in_flight'];

    expect(inFlight).toBe(0);
  });
});
