import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import { startBedrockLocal, type BedrockLocal } from '../index.ts';
import { admin, failure, HAIKU } from '../testing/sdk-clients.ts';

/** Anthropic's own client for Bedrock, as its documentation shows it. */
let server: BedrockLocal;
let client: AnthropicBedrock;
beforeAll(async () => {
  server = await startBedrockLocal();
  client = new AnthropicBedrock({ baseURL: server.url, awsAccessKey: 'local', awsSecretKey: 'local', awsRegion: 'us-east-1', maxRetries: 0 });
});
afterAll(() => server.close());
afterEach(() => admin(server.url, 'POST', 'reset'));

const ask = (content: string) => ({ model: HAIKU, max_tokens: 300, messages: [{ role: 'user' as const, content }] });
const tools = [{ name: 'get_order_status', description: 'Check an order.', input_schema: { type: 'object' as const, properties: { order_id: { type: 'string' } }, required: ['order_id'] } }];

describe('@anthropic-ai/bedrock-sdk', () => {
  it('gets a text', async () => {
    const message = await client.messages.create(ask('hello'));

    expect(message.content[0]).toMatchObject({ type: 'text', text: expect.stringMatching(/series/) });
    expect(message).toMatchObject({ role: 'assistant', stop_reason: 'end_turn', usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) } });
  });

  it('streams a text, and puts the same message together', async () => {
    const pieces: string[] = [];
    const stream = client.messages.stream(ask('こんにちは')).on('text', (text) => pieces.push(text));
    const message = await stream.finalMessage();

    expect(pieces.length).toBeGreaterThan(3);
    expect(message.content[0]).toMatchObject({ type: 'text', text: pieces.join('') });
    expect(message.stop_reason).toBe('end_turn');
  });

  it('runs a tool loop, the call streamed in pieces', async () => {
    const question = ask('Where is my order ORD-7K2M9Q4X?');
    const partial: string[] = [];
    const called = await client.messages.stream({ ...question, tools }).on('inputJson', (json) => partial.push(json)).finalMessage();
    const use = called.content.find((block) => block.type === 'tool_use');
    const answered = await client.messages.create({
      ...question, tools,
      messages: [...question.messages, { role: 'assistant', content: called.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: use?.id ?? '', content: JSON.stringify({ order_id: 'ORD-7K2M9Q4X', status: 'shipped' }) }] }],
    });

    expect(called.stop_reason).toBe('tool_use');
    expect(partial.length).toBeGreaterThan(1);
    expect(use?.input).toEqual({ order_id: 'ORD-7K2M9Q4X' });
    expect(answered.content[0]).toMatchObject({ type: 'text', text: expect.stringMatching(/shipped/) });
  });

  it.each([['throttle', 429], ['validation', 400], ['access-denied', 403], ['eol', 404], ['internal', 500]])('tells a planned %s as status %i', async (kind, status) => {
    await admin(server.url, 'POST', 'faults', { kind });
    const error = await failure(client.messages.create(ask('hello')));

    expect(error).toMatchObject({ status });
  });

  it.each(['midstream', 'cut', 'truncate'])('never takes a stream that ends by %s for a whole answer', async (kind) => {
    await admin(server.url, 'POST', 'faults', { kind, after: 2 });

    await expect(client.messages.stream(ask('hello')).finalMessage()).rejects.toThrow();
  });

  it('leaves in the middle, and the call ends', async () => {
    await admin(server.url, 'POST', 'pacing', { tokens_per_second: 5 });
    const stream = await client.messages.create({ ...ask('hello'), stream: true });
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    const end = Date.now() + 3_000;
    let inFlight: unknown = 1;
    while (inFlight !== 0 && Date.now() < end) inFlight = (await admin(server.url, 'GET', 'health')).body['in_flight'];

    expect(inFlight).toBe(0);
  });
});
