import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConverseCommand, ConverseStreamCommand, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { startBedrockLocal, type BackendChoice, type BedrockLocal } from '../index.ts';
import { drain, failure, HAIKU, messagesBody, openClient, userSays } from '../testing/sdk-clients.ts';

interface Upstream {
  url: string;
  requests: { path: string; headers: IncomingMessage['headers']; body: Record<string, unknown> }[];
  /** Resolves when a caller has hung up. */
  left: Promise<void>;
  server: Server;
}

const running: { server: BedrockLocal; upstream: Upstream }[] = [];
afterEach(async () => {
  for (const { server, upstream } of running.splice(0)) {
    await server.close();
    upstream.server.closeAllConnections();
    await new Promise((resolve) => upstream.server.close(resolve));
  }
});

async function startUpstream(answer: (response: ServerResponse) => void): Promise<Upstream> {
  const requests: Upstream['requests'] = [];
  let hangUp = (): void => undefined;
  const left = new Promise<void>((resolve) => (hangUp = resolve));
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) as Record<string, unknown> });
      response.on('close', () => hangUp());
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, left, server };
}

async function open(kind: BackendChoice['kind'], answer: (response: ServerResponse) => void): Promise<{ upstream: Upstream; url: string }> {
  const upstream = await startUpstream(answer);
  const server = await startBedrockLocal({ backend: { kind, upstream: `${upstream.url}/v1/`, upstreamModel: 'llama', upstreamKey: 'k' } });
  running.push({ server, upstream });
  return { upstream, url: server.url };
}

const sendEvents = (events: unknown[]) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const text = events.map((event) => `event: x\ndata: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
  // Cut in an awkward place: an event may come in two packets.
  response.write(text.slice(0, 37));
  setImmediate(() => response.end(text.slice(37)));
};

const anthropicEvents = [
  { type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 11, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'お調べします。' } },
  { type: 'content_block_stop', index: 1 },
  { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 'toolu_9', name: 'search', input: {} } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"query":"海' } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '賊"}' } },
  { type: 'content_block_stop', index: 2 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 20 } },
  { type: 'message_stop' },
];
const toolConfig = { tools: [{ toolSpec: { name: 'search', description: 'find', inputSchema: { json: { type: 'object' } } } }] };
const history = [
  userSays('a'),
  { role: 'assistant' as const, content: [{ text: 'wait' }, { toolUse: { toolUseId: 'tooluse_1', name: 'search', input: { query: 'x' } } }] },
  { role: 'user' as const, content: [{ toolResult: { toolUseId: 'tooluse_1', content: [{ json: { results: [] } }] } }] },
];

describe('an Anthropic-compatible upstream', () => {
  it('answers through Converse, thinking and tools included', async () => {
    const { upstream, url } = await open('anthropic-compatible', sendEvents(anthropicEvents));
    const reply = await openClient(url).send(new ConverseCommand({ modelId: HAIKU, system: [{ text: 'be brief' }], messages: history, toolConfig, inferenceConfig: { maxTokens: 50, temperature: 0.2 } }));

    expect(reply.output?.message?.content).toEqual([
      { reasoningContent: { reasoningText: { text: 'hm', signature: '' } } }, { text: 'お調べします。' }, { toolUse: { toolUseId: 'tooluse_9', name: 'search', input: { query: '海賊' } } },
    ]);
    expect(reply).toMatchObject({ stopReason: 'tool_use', usage: { inputTokens: 11, outputTokens: 20 } });
    expect(upstream.requests[0]).toMatchObject({ path: '/v1/messages', headers: { 'x-api-key': 'k' } });
    expect(upstream.requests[0]?.body).toMatchObject({
      model: 'llama', stream: true, max_tokens: 50, temperature: 0.2, tool_choice: { type: 'auto' }, tools: [{ name: 'search', input_schema: { type: 'object' } }],
      messages: [{ role: 'user' }, { content: [{ type: 'text' }, { type: 'tool_use', id: 'tooluse_1' }] }, { content: [{ type: 'tool_result', tool_use_id: 'tooluse_1', content: '{"results":[]}' }] }],
    });
  });

  it('streams through InvokeModel as it came', async () => {
    const { url } = await open('anthropic-compatible', sendEvents(anthropicEvents));
    const reply = await openClient(url).send(new InvokeModelWithResponseStreamCommand({ modelId: HAIKU, body: messagesBody('hi') }));
    const types = (await drain(reply.body)).events.map(({ chunk }) => (JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as { type: string }).type);

    expect(types).toEqual(anthropicEvents.map(({ type }) => type).filter((type) => type !== 'ping'));
  });

  it('breaks the stream when the upstream ends early', async () => {
    const { url } = await open('anthropic-compatible', sendEvents(anthropicEvents.slice(0, 7)));
    const { error } = await drain((await openClient(url).send(new ConverseStreamCommand({ modelId: HAIKU, messages: [userSays('hi')] }))).stream);

    expect(error?.name).toBe('ModelStreamErrorException');
  });

  it.each([[429, 'ThrottlingException'], [500, 'ServiceUnavailableException'], [400, 'ValidationException'], [401, 'AccessDeniedException']])('turns its %i into %s', async (status, name) => {
    const { url } = await open('anthropic-compatible', (response) => response.writeHead(status).end('{"type":"error","error":{"type":"x","message":"no"}}'));

    expect(await failure(openClient(url).send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hi')] })))).toMatchObject({ name, message: 'no' });
  });

  it('is left when the client leaves', async () => {
    const { upstream, url } = await open('anthropic-compatible', (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of anthropicEvents.slice(0, 7)) response.write(`data: ${JSON.stringify(event)}\n\n`);
    });
    const leaving = new AbortController();
    const reply = await openClient(url).send(new ConverseStreamCommand({ modelId: HAIKU, messages: [userSays('hi')] }), { abortSignal: leaving.signal });
    leaving.abort();
    await drain(reply.stream);

    await expect(upstream.left).resolves.toBeUndefined();
  });
});

describe('an OpenAI-compatible upstream', () => {
  const chunk = (delta: unknown, finish_reason: string | null = null): unknown => ({ choices: [{ index: 0, delta, finish_reason }] });

  it('streams text and tool calls as Bedrock blocks', async () => {
    const { upstream, url } = await open(
      'openai-compatible',
      sendEvents([
        chunk({ role: 'assistant', content: '' }), chunk({ content: 'お調べ' }), chunk({ content: 'します。' }),
        chunk({ tool_calls: [{ index: 0, id: 'call_a', function: { name: 'search', arguments: '' } }] }), chunk({ tool_calls: [{ index: 0, function: { arguments: '{"query":' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '"海賊"}' } }] }), chunk({ tool_calls: [{ index: 1, id: 'call_b', function: { name: 'search', arguments: '{}' } }] }),
        chunk({}, 'tool_calls'), { choices: [], usage: { prompt_tokens: 9, completion_tokens: 14 } }, '[DONE]',
      ]),
    );
    const { events } = await drain((await openClient(url).send(new ConverseStreamCommand({ modelId: HAIKU, system: [{ text: 'be brief' }], messages: history, toolConfig }))).stream);

    expect(events.flatMap((event) => event.contentBlockDelta?.delta?.text ?? []).join('')).toBe('お調べします。');
    expect(events.flatMap((event) => event.contentBlockStart?.start?.toolUse ?? [])).toEqual([{ toolUseId: 'tooluse_call_a', name: 'search' }, { toolUseId: 'tooluse_call_b', name: 'search' }]);
    expect(events.filter((event) => event.contentBlockStop)).toHaveLength(3);
    expect(events.flatMap((event) => event.messageStop?.stopReason ?? [])).toEqual(['tool_use']);
    expect(events.at(-1)?.metadata?.usage?.outputTokens).toBe(14);
    expect(upstream.requests[0]).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: 'Bearer k' } });
    expect(upstream.requests[0]?.body).toMatchObject({
      model: 'llama', stream: true, tool_choice: 'auto', tools: [{ type: 'function', function: { name: 'search', parameters: { type: 'object' } } }],
      messages: [
        { role: 'system', content: 'be brief' }, { role: 'user', content: 'a' },
        { role: 'assistant', content: 'wait', tool_calls: [{ id: 'tooluse_1', type: 'function', function: { name: 'search', arguments: '{"query":"x"}' } }] },
        { role: 'tool', tool_call_id: 'tooluse_1', content: '{"results":[]}' },
      ],
    });
  });

  it('ends at the length limit as max_tokens', async () => {
    const { url } = await open('openai-compatible', sendEvents([chunk({ content: 'one two' }), chunk({}, 'length'), '[DONE]']));
    const reply = await openClient(url).send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hi')] }));

    expect(reply.stopReason).toBe('max_tokens');
    expect(reply.usage?.outputTokens).toBeGreaterThan(0);
  });
});

describe('an upstream that is not there', () => {
  it('is reported as Bedrock being unavailable', async () => {
    const server = await startBedrockLocal({ backend: { kind: 'openai-compatible', upstream: 'http://127.0.0.1:9' } });

    const error = await failure(openClient(server.url).send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hi')] })));

    expect(error.name).toBe('ServiceUnavailableException');
    await server.close();
  });
});
