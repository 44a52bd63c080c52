import type { Model } from '../models/model-directory.ts';
import { validation } from '../wire/bedrock-error.ts';
import { asArray, asNumber, asString, isObject, type JsonObject } from './json.ts';
import { readThinking } from './thinking.ts';
import { parseTools } from './parse-tools.ts';
import { checkMedia } from './check-media.ts';
import type { ContentBlock, Message, MessagesRequest, TextBlock, ToolChoice } from './messages-request.ts';

export const GUARDRAIL_CONFIG = 'amazon-bedrock-guardrailConfig';
const KNOWN = new Set([
  'anthropic_version', 'anthropic_beta', 'max_tokens', 'messages', 'system', 'tools', 'tool_choice',
  'temperature', 'top_p', 'top_k', 'stop_sequences', 'thinking', 'metadata', 'output_config', 'output_format', 'context_management', GUARDRAIL_CONFIG,
]);

/** Bedrock's own name, and the dates that Anthropic's Bedrock client sends instead. */
const API_VERSION = /^(?:bedrock-2023-05-31|20\d{2}-\d{2}-\d{2})$/;

/** Reads InvokeModel's body for Claude, refusing what Claude on Bedrock refuses. */
export function parseMessagesBody(body: Buffer, model: Model): MessagesRequest {
  const json = parseJson(body);
  for (const required of ['anthropic_version', 'max_tokens', 'messages']) if (!(required in json)) throw missing(required, model);
  const unknown = Object.keys(json).find((key) => !KNOWN.has(key));
  if (unknown) throw unexpected(unknown, model);
  if (!API_VERSION.test(String(json['anthropic_version']))) throw validation('anthropic_version: Invalid API version');
  const request: MessagesRequest = {
    system: systemBlocks(json['system']),
    messages: messages(json['messages']),
    tools: parseTools(json['tools']),
    toolChoice: toolChoice(json['tool_choice']),
    maxTokens: maxTokens(json['max_tokens'], model),
    stopSequences: stopSequences(json['stop_sequences']),
    extra: pick(json, ['thinking', 'metadata', 'anthropic_beta', GUARDRAIL_CONFIG]),
  };
  const schema = schemaOfOutputConfig(json['output_config'] ?? { format: json['output_format'] });
  if (schema) request.answerSchema = schema;
  readSampling(json, model, request);
  request.thinking = readThinking(json['thinking'], model, request);
  return request;
}

/** Claude 3's bodies are checked by Bedrock's own schema, those of later models by the model. */
export function unexpected(key: string, { bodyChecker }: Model): Error {
  return validation(bodyChecker === 'model' ? `${key}: Extra inputs are not permitted` : `Malformed input request: #: extraneous key [${key}] is not permitted, please reformat your input and try again.`);
}

function missing(key: string, { bodyChecker }: Model): Error {
  const isModels = bodyChecker === 'model' && key !== 'anthropic_version';
  return validation(isModels ? `${key}: Field required` : `Malformed input request: #: required key [${key}] not found, please reformat your input and try again.`);
}

function parseJson(body: Buffer): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(parsed)) return parsed;
  } catch {
    // Refused below, in the same words.
  }
  throw validation('Malformed input request, please reformat your input and try again.');
}

function systemBlocks(system: unknown): TextBlock[] {
  if (system === undefined) return [];
  if (typeof system === 'string') return system === '' ? [] : [{ type: 'text', text: system }];
  if (!Array.isArray(system)) throw validation('system: Input should be a valid string or list');
  return system.map((block, index) => {
    if (!isObject(block) || block['type'] !== 'text' || typeof block['text'] !== 'string') {
      throw validation(`system.${index}: Input should be a text block`);
    }
    if (block['text'] === '') throw validation('system: text content blocks must be non-empty');
    const text: TextBlock = { type: 'text', text: block['text'] };
    if (block['cache_control'] !== undefined) text.cache_control = block['cache_control'];
    return text;
  });
}

function messages(value: unknown): Message[] {
  if (!Array.isArray(value)) throw validation('messages: Input should be a valid list');
  return value.map((message, index) => {
    if (!isObject(message)) throw validation(`messages.${index}: Input should be a valid dictionary`);
    const { role, content } = message;
    if (role !== 'user' && role !== 'assistant') {
      throw validation(
        role === 'system'
          ? 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.'
          : `messages.${index}.role: Input should be 'user' or 'assistant'`,
      );
    }
    const blocks: unknown[] = typeof content === 'string' ? [{ type: 'text', text: content }] : asArray(content);
    if (typeof content !== 'string' && !Array.isArray(content)) throw validation(`messages.${index}.content: Field required`);
    return { role, content: blocks.map((block, place) => withCacheControl(contentBlock(block, `messages.${index}.content.${place}`), block)) };
  });
}

function withCacheControl<T extends { cache_control?: unknown }>(parsed: T, block: unknown): T {
  const mark = isObject(block) ? block['cache_control'] : undefined;
  return mark === undefined || mark === null ? parsed : { ...parsed, cache_control: mark };
}

function contentBlock(block: unknown, place: string): ContentBlock {
  if (!isObject(block)) throw validation(`${place}: Input should be a valid dictionary`);
  switch (block['type']) {
    case 'text': {
      if (typeof block['text'] !== 'string') throw validation(`${place}.text.text: Field required`);
      return { type: 'text', text: block['text'] };
    }
    case 'tool_use': {
      const { id, name, input } = block;
      if (typeof id !== 'string') throw validation(`${place}.tool_use.id: Field required`);
      if (typeof name !== 'string') throw validation(`${place}.tool_use.name: Field required`);
      if (!isObject(input)) throw validation(`${place}.tool_use.input: Input should be a valid dictionary`);
      return { type: 'tool_use', id, name, input };
    }
    case 'tool_result': {
      const id = block['tool_use_id'];
      if (typeof id !== 'string') throw validation(`${place}.tool_result.tool_use_id: Field required`);
      return { type: 'tool_result', tool_use_id: id, content: resultText(block['content']), is_error: block['is_error'] === true };
    }
    case 'image':
    case 'document':
      checkMedia(block['type'], block, place);
      return { type: block['type'], body: block };
    case 'search_result':
      return { type: 'document', body: { type: 'document', title: block['title'], source: { type: 'content', content: block['content'] } } };
    case 'thinking':
    case 'redacted_thinking':
      return { type: block['type'], body: block };
    default:
      throw validation(
        `${place}: Input tag '${String(block['type'])}' found using 'type' does not match any of the expected tags: ` +
          "'document', 'image', 'redacted_thinking', 'search_result', 'text', 'thinking', 'tool_result', 'tool_use'",
      );
  }
}

function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .map((part) => (isObject(part) ? (asString(part['text']) ?? '') : ''))
    .join('\n');
}

function toolChoice(value: unknown): ToolChoice {
  if (!isObject(value)) return { type: 'auto' };
  if (value['type'] === 'tool' && typeof value['name'] === 'string') return { type: 'tool', name: value['name'] };
  if (value['type'] === 'any' || value['type'] === 'none' || value['type'] === 'auto') return { type: value['type'] };
  throw validation("tool_choice: Input tag does not match any of the expected tags: 'any', 'auto', 'none', 'tool'");
}

function maxTokens(value: unknown, model: Model): number {
  const number = asNumber(value);
  if (number === undefined || !Number.isInteger(number)) throw validation('max_tokens: Input should be a valid integer');
  if (number < 1) throw validation('max_tokens: must be greater than or equal to 1');
  if (number > model.maxOutputTokens) {
    throw validation(`max_tokens: ${number} > ${model.maxOutputTokens}, which is the maximum allowed number of output tokens for ${model.name}`);
  }
  return number;
}

function stopSequences(value: unknown): string[] {
  if (value === undefined) return [];
  const sequences = asArray(value).filter((sequence): sequence is string => typeof sequence === 'string');
  if (!Array.isArray(value) || sequences.length !== value.length) throw validation('stop_sequences: Input should be a valid list of strings');
  if (sequences.some((sequence) => sequence.trim() === '')) throw validation('stop_sequences: each stop sequence must contain non-whitespace');
  return sequences;
}

function readSampling(json: JsonObject, model: Model, request: MessagesRequest): void {
  for (const key of ['temperature', 'top_p'] as const) {
    const value = json[key];
    if (value === undefined) continue;
    const number = asNumber(value);
    if (number === undefined) throw validation(`${key}: Input should be a valid number`);
    if (number < 0 || number > 1) throw validation(`${key}: range: 0..1`);
    if (key === 'temperature') request.temperature = number;
    else request.topP = number;
  }
  const topK = asNumber(json['top_k']);
  if (topK !== undefined) request.topK = topK;
  refuseBothSamplingParameters(request, model, '');
}

/** The JSON schema in Claude's own `output_config`. */
export function schemaOfOutputConfig(config: unknown): JsonObject | undefined {
  const schema = isObject(config) && isObject(config['format']) ? config['format']['schema'] : undefined;
  return isObject(schema) ? schema : undefined;
}

/** From the Claude 4.5 generation on only one of the two may be set. */
export function refuseBothSamplingParameters(request: MessagesRequest, model: Model, prefix: string): void {
  if (!model.oneSamplingParameter || request.temperature === undefined || request.topP === undefined) return;
  throw validation(`${prefix}\`temperature\` and \`top_p\` cannot both be specified for this model. Please use only one.`);
}

function pick(json: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => json[key] !== undefined).map((key) => [key, json[key]]));
}
