import { asNumber, asString, isObject, type JsonObject } from '../messages/json.ts';
import type { BlockDelta, MessagesEvent, MessagesStream, StartedBlock, StopReason } from '../messages/messages-event.ts';
import type { ContentBlock, MessagesRequest } from '../messages/messages-request.ts';
import { BedrockError } from '../wire/bedrock-error.ts';
import { callUpstream, type Upstream } from './call-upstream.ts';
import { LanguageBackend, type BackendCall } from './language-backend.ts';
import { readServerSentEvents } from './sse.ts';

/** Any server of the Anthropic Messages API: Ollama, Anthropic itself, proxies. */
export class AnthropicCompatibleBackend extends LanguageBackend {
  readonly name = 'anthropic-compatible';
  private readonly upstream: Upstream;

  constructor(upstream: Upstream) {
    super();
    this.upstream = upstream;
  }

  async *stream(call: BackendCall): MessagesStream {
    const headers: Record<string, string> = { 'anthropic-version': '2023-06-01' };
    if (this.upstream.key) headers['x-api-key'] = this.upstream.key;
    const body = { model: this.upstream.model ?? call.model.name, stream: true, ...anthropicBody(call.request) };
    const reply = await callUpstream(`${this.upstream.url}/v1/messages`, headers, body, call.signal);
    let isComplete = false;
    for await (const batch of readServerSentEvents(reply)) {
      const events = batch.flatMap((data) => toEvent(data, call));
      isComplete ||= events.some(({ type }) => type === 'message_stop');
      if (events.length > 0) yield events;
    }
    if (!isComplete) throw new BedrockError('ModelStreamErrorException', 'The upstream ended its stream early.');
  }
}

function anthropicBody(request: MessagesRequest): JsonObject {
  const { temperature, topP, topK, toolChoice } = request;
  return {
    max_tokens: request.maxTokens,
    messages: request.messages.map(({ role, content }) => ({ role, content: content.map(anthropicBlock) })),
    ...(request.system.length > 0 ? { system: request.system } : {}),
    ...(request.tools.length > 0
      ? { tools: request.tools.map(({ inputSchema, ...tool }) => ({ ...tool, input_schema: inputSchema })), tool_choice: toolChoice }
      : {}),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
    ...(request.stopSequences.length > 0 ? { stop_sequences: request.stopSequences } : {}),
    ...(request.extra['thinking'] === undefined ? {} : { thinking: request.extra['thinking'] }),
  };
}

function anthropicBlock(block: ContentBlock): unknown {
  if ('body' in block) return block.body;
  if (block.type !== 'text') return block;
  const { isGuarded: _, ...text } = block;
  return text;
}

function toEvent(data: string, call: BackendCall): MessagesEvent[] {
  const event: unknown = parse(data);
  if (!isObject(event)) return [];
  switch (event['type']) {
    case 'message_start':
      return [startOf(event, call)];
    case 'content_block_start':
      return isObject(event['content_block']) ? [{ type: 'content_block_start', index: asNumber(event['index']) ?? 0, content_block: blockOf(event['content_block']) }] : [];
    case 'content_block_delta':
      return isObject(event['delta']) ? [{ type: 'content_block_delta', index: asNumber(event['index']) ?? 0, delta: event['delta'] as unknown as BlockDelta }] : [];
    case 'content_block_stop':
      return [{ type: 'content_block_stop', index: asNumber(event['index']) ?? 0 }];
    case 'message_delta':
      return [endOf(event)];
    case 'message_stop':
      return [{ type: 'message_stop' }];
    case 'error': {
      const message = isObject(event['error']) ? asString(event['error']['message']) : undefined;
      throw new BedrockError('ModelStreamErrorException', message ?? 'The upstream reported an error.');
    }
    default:
      return [];
  }
}

function startOf(event: JsonObject, call: BackendCall): MessagesEvent {
  const message = isObject(event['message']) ? event['message'] : {};
  const usage = isObject(message['usage']) ? message['usage'] : {};
  return {
    type: 'message_start',
    message: {
      id: asString(message['id']) ?? `msg_bdrk_${call.requestId.replaceAll('-', '').slice(0, 24)}`,
      type: 'message',
      role: 'assistant',
      model: call.model.name,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: asNumber(usage['input_tokens']) || call.inputTokens,
        output_tokens: asNumber(usage['output_tokens']) ?? 0,
        cache_read_input_tokens: asNumber(usage['cache_read_input_tokens']) ?? 0,
        cache_creation_input_tokens: asNumber(usage['cache_creation_input_tokens']) ?? 0,
      },
    },
  };
}

function blockOf(block: JsonObject): StartedBlock {
  if (block['type'] === 'tool_use') return { type: 'tool_use', id: asString(block['id']) ?? '', name: asString(block['name']) ?? '', input: {} };
  if (block['type'] === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  return { type: 'text', text: '' };
}

function endOf(event: JsonObject): MessagesEvent {
  const delta = isObject(event['delta']) ? event['delta'] : {};
  const usage = isObject(event['usage']) ? event['usage'] : {};
  return {
    type: 'message_delta',
    delta: { stop_reason: (asString(delta['stop_reason']) ?? 'end_turn') as StopReason, stop_sequence: asString(delta['stop_sequence']) ?? null },
    usage: { output_tokens: asNumber(usage['output_tokens']) ?? 0 },
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
