import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ConverseCommand, ConverseStreamCommand, CountTokensCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand,
  type BedrockRuntimeClient, type ConverseStreamOutput, type Tool,
} from '@aws-sdk/client-bedrock-runtime';
import { BedrockRuntimeClient as PlainClient } from '@aws-sdk/client-bedrock-runtime';
import { startBedrockLocal, type BedrockLocal } from './index.ts';
import { admin, drain, HAIKU, messagesBody, openClient, PROTOCOLS, SONNET_4_5, userSays } from './testing/sdk-clients.ts';

const ORDER_TOOL: Tool = {
  toolSpec: {
    name: 'get_order_status',
    description: 'Check the status of an order by its id.',
    inputSchema: { json: { type: 'object', properties: { order_id: { type: 'string', pattern: '^ORD-[A-Z0-9]{8}$' } }, required: ['order_id'] } },
  },
};

let server: BedrockLocal;
beforeAll(async () => {
  server = await startBedrockLocal();
});
afterAll(() => server.close());

function kindsOf(events: readonly ConverseStreamOutput[]): string[] {
  return events.map((event) => Object.keys(event)[0] ?? '').filter((kind, index, all) => kind !== all[index - 1]);
}

function chunksOf(events: readonly { chunk?: { bytes?: Uint8Array | undefined } | undefined }[]): Record<string, unknown>[] {
  return events.map(({ chunk }) => JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as Record<string, unknown>);
}

describe.each(PROTOCOLS)('an unmodified SDK client over %s', (protocol) => {
  let client: BedrockRuntimeClient;
  beforeAll(() => {
    client = openClient(server.url, protocol);
  });
  afterAll(() => client.destroy());

  it('converses', async () => {
    const reply = await client.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hello')] }));

    expect(reply.output?.message?.content?.[0]?.text).toMatch(/series/);
    expect(reply.stopReason).toBe('end_turn');
    expect(reply.usage?.totalTokens).toBe((reply.usage?.inputTokens ?? 0) + (reply.usage?.outputTokens ?? 0));
    expect(reply.usage?.outputTokens).toBeGreaterThan(5);
    expect(reply.metrics?.latencyMs).toBeGreaterThanOrEqual(0);
    expect(reply.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('streams a conversation in the order Bedrock keeps: usage after messageStop, no start for text', async () => {
    const reply = await client.send(new ConverseStreamCommand({ modelId: HAIKU, messages: [userSays('こんにちは')] }));
    const { events } = await drain(reply.stream);

    expect(kindsOf(events)).toEqual(['messageStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata']);
    expect(events.flatMap((event) => event.contentBlockDelta?.delta?.text ?? []).join('')).toMatch(/漫画/);
    expect(events.at(-1)?.metadata?.usage?.outputTokens).toBeGreaterThan(5);
  });

  it('streams a tool call as pieces of JSON behind a start event', async () => {
    const reply = await client.send(
      new ConverseStreamCommand({ modelId: HAIKU, messages: [userSays('Where is my order ord-7k2m9q4x?')], toolConfig: { tools: [ORDER_TOOL] } }),
    );
    const { events } = await drain(reply.stream);
    const start = events.find((event) => event.contentBlockStart)?.contentBlockStart;
    const pieces = events.flatMap((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? []);

    expect(start?.start?.toolUse).toMatchObject({ name: 'get_order_status', toolUseId: expect.stringMatching(/^tooluse_[a-zA-Z0-9]{22}$/) });
    expect(pieces[0]).toBe('');
    expect(JSON.parse(pieces.join(''))).toEqual({ order_id: 'ORD-7K2M9Q4X' });
    expect(events.find((event) => event.messageStop)?.messageStop?.stopReason).toBe('tool_use');
  });

  it('invokes a model with the Messages body and gets the token headers', async () => {
    const headers: Record<string, string> = {};
    const command = new InvokeModelCommand({ modelId: HAIKU, body: messagesBody('hello') });
    command.middlewareStack.add(
      (next) => async (input) => {
        const output = await next(input);
        Object.assign(headers, (output.response as { headers: Record<string, string> }).headers);
        return output;
      },
      { step: 'deserialize', priority: 'low' },
    );

    const reply = await client.send(command);
    const body = JSON.parse(Buffer.from(reply.body).toString()) as { id: string; usage: { input_tokens: number; output_tokens: number } };

    expect(body).toMatchObject({ type: 'message', role: 'assistant', model: 'claude-3-haiku-20240307', stop_reason: 'end_turn', stop_sequence: null });
    expect(body.id).toMatch(/^msg_bdrk_/);
    expect(headers['x-amzn-bedrock-input-token-count']).toBe(String(body.usage.input_tokens));
    expect(headers['x-amzn-bedrock-output-token-count']).toBe(String(body.usage.output_tokens));
    expect(headers['x-amzn-bedrock-invocation-latency']).toMatch(/^\d+$/);
  });

  it('streams InvokeModel chunks from message_start to the invocation metrics', async () => {
    const reply = await client.send(new InvokeModelWithResponseStreamCommand({ modelId: HAIKU, body: messagesBody('hello') }));
    const chunks = chunksOf((await drain(reply.body)).events);

    expect(chunks.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])).toEqual([
      'message_start', 'content_block_start', 'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop',
    ]);
    expect(chunks.at(-1)?.['amazon-bedrock-invocationMetrics']).toMatchObject({
      inputTokenCount: expect.any(Number), outputTokenCount: expect.any(Number), invocationLatency: expect.any(Number), firstByteLatency: expect.any(Number),
    });
  });

  it('counts tokens the same in both forms', async () => {
    const converse = await client.send(new CountTokensCommand({ modelId: HAIKU, input: { converse: { messages: [userSays('海賊の漫画')] } } }));
    const invoke = await client.send(new CountTokensCommand({ modelId: HAIKU, input: { invokeModel: { body: Buffer.from(messagesBody('海賊の漫画')) } } }));

    expect(converse.inputTokens).toBeGreaterThan(8);
    expect(invoke.inputTokens).toBe(converse.inputTokens);
  });

  it('truly stops at the maximum of tokens', async () => {
    const reply = await client.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hello')], inferenceConfig: { maxTokens: 5 } }));

    expect(reply.stopReason).toBe('max_tokens');
    expect(reply.usage?.outputTokens).toBe(5);
    expect(reply.output?.message?.content?.[0]?.text?.length).toBeLessThan(40);
  });

  it('stops before a stop sequence and names it', async () => {
    const reply = await client.send(new InvokeModelCommand({ modelId: HAIKU, body: messagesBody('hello', { stop_sequences: ['series'] }) }));
    const body = JSON.parse(Buffer.from(reply.body).toString()) as { content: { text: string }[]; stop_reason: string; stop_sequence: string };

    expect(body).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'series' });
    expect(body.content[0]?.text).not.toContain('series');
  });
});

describe('a caller', () => {
  it('may name models by inference profile and by ARN', async () => {
    const client = openClient(server.url);
    const ids = [
      SONNET_4_5,
      'jp.anthropic.claude-haiku-4-5-20251001-v1:0',
      'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6',
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456',
    ];

    const replies = await Promise.all(ids.map((modelId) => client.send(new ConverseCommand({ modelId, messages: [userSays('hello')] }))));

    expect(replies.map(({ stopReason }) => stopReason)).toEqual(ids.map(() => 'end_turn'));
    client.destroy();
  });

  it('needs nothing but the environment: endpoint and bearer token', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: server.url, AWS_BEARER_TOKEN_BEDROCK: 'local', AWS_REGION: 'us-east-1' });
    const client = new PlainClient({});

    const reply = await client.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hello')] }));

    expect(reply.stopReason).toBe('end_turn');
    client.destroy();
    for (const name of ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'AWS_BEARER_TOKEN_BEDROCK', 'AWS_REGION']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  it('can prove that it reuses its connection', async () => {
    await admin(server.url, 'POST', 'reset');
    const client = openClient(server.url, 'h2');
    for (let call = 0; call < 5; call++) await client.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hello')] }));
    client.destroy();

    const { body } = await admin(server.url, 'GET', 'calls');
    const calls = body['calls'] as { connection_id: number; protocol: string; attempt: string }[];

    expect(calls).toHaveLength(5);
    expect(new Set(calls.map(({ connection_id }) => connection_id)).size).toBe(1);
    expect(calls[0]).toMatchObject({ protocol: 'h2', attempt: 'attempt=1; max=1' });
  });

  it('never cuts a character in two', async () => {
    const client = openClient(server.url);
    const reply = await client.send(new InvokeModelWithResponseStreamCommand({ modelId: HAIKU, body: messagesBody('<question>翻訳してください: 𠮷野家🏴‍☠️の話</question>') }));
    const deltas = chunksOf((await drain(reply.body)).events).flatMap((chunk) => (chunk['delta'] as { text?: string } | undefined)?.text ?? []);

    expect(deltas.join('')).toContain('𠮷野家🏴‍☠️');
    expect(deltas.every((delta) => delta.isWellFormed())).toBe(true);
    client.destroy();
  });

  it('gets exactly as many tokens as a benchmark asks for', async () => {
    const client = openClient(server.url);
    const command = new ConverseStreamCommand({ modelId: HAIKU, messages: [userSays('hello')], requestMetadata: { 'bedrock-local-benchmark-tokens': '1500' } });
    const { events } = await drain((await client.send(command)).stream);

    expect(events.filter((event) => event.contentBlockDelta)).toHaveLength(1500);
    expect(events.at(-1)?.metadata?.usage?.outputTokens).toBe(1500);
    client.destroy();
  });
});
