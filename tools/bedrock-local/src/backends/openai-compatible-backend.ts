import { asArray, asNumber, asString, isObject, type JsonObject } from '../messages/json.ts';
import type { MessagesEvent, MessagesStream, StopReason } from '../messages/messages-event.ts';
import type { Message, MessagesRequest, ToolChoice } from '../messages/messages-request.ts';
import { BedrockError } from '../wire/bedrock-error.ts';
import { callUpstream, type Upstream } from './call-upstream.ts';
import { LanguageBackend, type BackendCall } from './language-backend.ts';
import { readServerSentEvents } from './sse.ts';

const STOP_REASONS: Readonly<Record<string, StopReason>> = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use', function_call: 'tool_use', content_filter: 'end_turn' };

/** Any server of OpenAI's chat completions: llama-server, vLLM, LM Studio, Ollama. */
export class OpenAiCompatibleBackend extends LanguageBackend {
  readonly name = 'openai-compatible';
  private readonly upstream: Upstream;

  constructor(upstream: Upstream) {
    super();
    this.upstream = upstream;
  }

  async *stream(call: BackendCall): MessagesStream {
    const headers: Record<string, string> = this.upstream.key ? { authorization: `Bearer ${this.upstream.key}` } : {};
    const body = { model: this.upstream.model ?? call.model.name, ...openAiBody(call.request) };
    const reply = await callUpstream(`${this.upstream.url}/v1/chat/completions`, headers, body, call.signal);
    const blocks = new BlockWriter(call);
    for await (const batch of readServerSentEvents(reply)) {
      for (const data of batch) blocks.read(data);
      const events = blocks.take();
      if (events.length > 0) yield events;
    }
    yield blocks.finish();
  }
}

function openAiBody(request: MessagesRequest): JsonObject {
  const { temperature, topP, system } = request;
  const systemMessage = system.length > 0 ? [{ role: 'system', content: system.map(({ text }) => text).join('\n') }] : [];
  return {
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: request.maxTokens,
    messages: [...systemMessage, ...request.messages.flatMap(openAiMessages)],
    ...(request.tools.length > 0
      ? {
          tools: request.tools.map(({ name, description, inputSchema }) => ({ type: 'function', function: { name, description, parameters: inputSchema } })),
          tool_choice: openAiToolChoice(request.toolChoice),
        }
      : {}),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(request.stopSequences.length > 0 ? { stop: request.stopSequences.slice(0, 4) } : {}),
  };
}

/** Tool results are messages of their own here, and come before the user's next words. */
function openAiMessages({ role, content }: Message): JsonObject[] {
  const results = content.flatMap((block) => (block.type === 'tool_result' ? [{ role: 'tool', tool_call_id: block.tool_use_id, content: block.content }] : []));
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  const calls = content.flatMap((block) =>
    block.type === 'tool_use' ? [{ id: block.id, type: 'function', function: { name: block.name, arguments: JSON.stringify(block.input) } }] : [],
  );
  if (text === '' && calls.length === 0) return results;
  return [...results, { role, content: text === '' ? null : text, ...(calls.length > 0 ? { tool_calls: calls } : {}) }];
}

function openAiToolChoice(choice: ToolChoice): unknown {
  if (choice.type === 'tool') return { type: 'function', function: { name: choice.name } };
  return choice.type === 'any' ? 'required' : choice.type;
}

/** Writes Messages blocks from chat completion chunks: one text block, then one block for each tool call. */
class BlockWriter {
  private readonly call: BackendCall;
  private pending: MessagesEvent[] = [];
  private hasStarted = false;
  private open: { index: number; kind: 'text' | 'tool'; toolIndex: number } | undefined;
  private nextIndex = 0;
  private text = '';
  private stopReason: StopReason | undefined;
  private outputTokens: number | undefined;

  constructor(call: BackendCall) {
    this.call = call;
  }

  read(data: string): void {
    if (data === '[DONE]') return;
    const chunk = parse(data);
    if (!isObject(chunk)) return;
    if (isObject(chunk['error'])) throw new BedrockError('ModelStreamErrorException', asString(chunk['error']['message']) ?? 'The upstream reported an error.');
    const usage = isObject(chunk['usage']) ? chunk['usage'] : {};
    this.outputTokens = asNumber(usage['completion_tokens']) ?? this.outputTokens;
    this.start(asNumber(usage['prompt_tokens']));
    const choice = asArray(chunk['choices'])[0];
    if (!isObject(choice)) return;
    const delta = isObject(choice['delta']) ? choice['delta'] : {};
    const text = asString(delta['content']);
    if (text) this.writeText(text);
    for (const toolCall of asArray(delta['tool_calls'])) if (isObject(toolCall)) this.writeToolCall(toolCall);
    const reason = asString(choice['finish_reason']);
    if (reason) this.stopReason = STOP_REASONS[reason] ?? 'end_turn';
  }

  take(): MessagesEvent[] {
    const events = this.pending;
    this.pending = [];
    return events;
  }

  finish(): MessagesEvent[] {
    if (this.stopReason === undefined) throw new BedrockError('ModelStreamErrorException', 'The upstream ended its stream early.');
    this.closeBlock();
    const outputTokens = this.outputTokens ?? this.call.estimator.ofText(this.text);
    return [
      ...this.take(),
      { type: 'message_delta', delta: { stop_reason: this.stopReason, stop_sequence: null }, usage: { output_tokens: outputTokens } },
      { type: 'message_stop' },
    ];
  }

  private start(promptTokens: number | undefined): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    const { requestId, model, inputTokens } = this.call;
    this.pending.push({
      type: 'message_start',
      message: {
        id: `msg_bdrk_${requestId.replaceAll('-', '').slice(0, 24)}`,
        type: 'message',
        role: 'assistant',
        model: model.name,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: promptTokens ?? inputTokens, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
      },
    });
  }

  private writeText(text: string): void {
    if (this.open?.kind !== 'text') {
      this.closeBlock();
      this.open = { index: this.nextIndex++, kind: 'text', toolIndex: -1 };
      this.pending.push({ type: 'content_block_start', index: this.open.index, content_block: { type: 'text', text: '' } });
    }
    this.text += text;
    this.pending.push({ type: 'content_block_delta', index: this.open.index, delta: { type: 'text_delta', text } });
  }

  private writeToolCall(toolCall: JsonObject): void {
    const toolIndex = asNumber(toolCall['index']) ?? 0;
    const details = isObject(toolCall['function']) ? toolCall['function'] : {};
    if (this.open?.kind !== 'tool' || this.open.toolIndex !== toolIndex) {
      this.closeBlock();
      this.open = { index: this.nextIndex++, kind: 'tool', toolIndex };
      const id = asString(toolCall['id']) ?? `${this.call.requestId.slice(0, 8)}${toolIndex}`;
      this.pending.push({
        type: 'content_block_start',
        index: this.open.index,
        content_block: { type: 'tool_use', id: `toolu_bdrk_${id.replaceAll(/[^a-zA-Z0-9_-]/g, '').slice(0, 40)}`, name: asString(details['name']) ?? '', input: {} },
      });
    }
    const partial = asString(details['arguments']);
    if (partial === undefined) return;
    this.text += partial;
    this.pending.push({ type: 'content_block_delta', index: this.open.index, delta: { type: 'input_json_delta', partial_json: partial } });
  }

  private closeBlock(): void {
    if (this.open) this.pending.push({ type: 'content_block_stop', index: this.open.index });
    this.open = undefined;
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
