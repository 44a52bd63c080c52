import { asArray, asNumber, asString, isObject, type JsonObject } from '../messages/json.ts';
import type { ContentBlock, Message, MessagesRequest, TextBlock, ToolChoice, ToolDefinition } from '../messages/messages-request.ts';
import { readThinking } from '../messages/thinking.ts';
import { checkPrefill } from '../messages/check-invoke-turns.ts';
import { refuseBothSamplingParameters, schemaOfOutputConfig, unexpected } from '../messages/parse-messages-body.ts';
import type { Model } from '../models/model-directory.ts';
import { BedrockError, validation } from './bedrock-error.ts';
import { anthropicMedia, checkMediaOfMessage } from './converse-media.ts';
import { markCachePoints } from './cache-points.ts';
import { checkConverseTurns } from './check-converse-turns.ts';

/** How Converse passes on what the model itself refuses. */
const MODEL_ERRORS = 'The model returned the following errors: ';

/** Translates a Converse body to the Messages form, refusing what Converse refuses. */
export function convertConverse(json: JsonObject, model: Model): MessagesRequest {
  const settings = isObject(json['inferenceConfig']) ? json['inferenceConfig'] : {};
  const toolConfig = isObject(json['toolConfig']) ? json['toolConfig'] : undefined;
  const request: MessagesRequest = {
    system: systemBlocks(json['system']),
    messages: messages(json['messages']),
    tools: toolConfig ? tools(toolConfig['tools']) : [],
    toolChoice: toolChoice(toolConfig?.['toolChoice']),
    maxTokens: maxTokens(settings['maxTokens'], model),
    stopSequences: stopSequences(settings['stopSequences']),
    extra: {},
  };
  checkConverseTurns(request, toolConfig !== undefined);
  readSampling(settings, request);
  readAdditionalFields(json['additionalModelRequestFields'], request, model);
  request.thinking = readThinking(request.extra['thinking'], model, request);
  refuseBothSamplingParameters(request, model, MODEL_ERRORS);
  checkPrefill(request, model, MODEL_ERRORS);
  const schema = answerSchema(json['outputConfig']);
  if (schema) request.answerSchema = schema;
  return request;
}

export function parseConverseJson(body: Buffer): JsonObject {
  try {
    const parsed: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    if (isObject(parsed)) return parsed;
  } catch {
    // Refused below, in the same words.
  }
  throw new BedrockError('SerializationException', 'Unable to parse the request body as JSON.');
}

function systemBlocks(value: unknown): TextBlock[] {
  return markCachePoints(asArray(value), (block, index): TextBlock[] => {
    if (!isObject(block)) throw constraint(`system.${index}`, 'Member must not be null');
    const text = asString(block['text']) ?? guardText(block);
    if (text === undefined) return [];
    if (text.trim() === '') throw validation(`The text field in the SystemContentBlock object at system.${index} is blank. Add text to the text field, and try again.`);
    return [{ type: 'text', text }];
  });
}

function messages(value: unknown): Message[] {
  if (value !== undefined && value !== null && !Array.isArray(value)) throw wrongType();
  return asArray(value).map((message, index) => {
    const role = isObject(message) ? message['role'] : undefined;
    if (!isObject(message) || (role !== 'user' && role !== 'assistant')) {
      const shown = role === undefined ? 'null' : `'${String(role)}'`;
      throw validation(
        `1 validation error detected: Value ${shown} at 'messages.${index + 1}.member.role' failed to satisfy constraint: ` +
          (role === undefined ? 'Member must not be null' : 'Member must satisfy enum value set: [user, assistant]'),
      );
    }
    if (message['content'] !== undefined && !Array.isArray(message['content'])) throw wrongType();
    checkMediaOfMessage(message['content'], `messages.${index}`);
    return { role, content: markCachePoints(asArray(message['content']), (block, place) => contentBlock(block, `messages.${index}.content.${place}`)) };
  });
}

/** What a caller without an SDK may send: a text where Converse has a list. */
function wrongType(): BedrockError {
  return new BedrockError('SerializationException', 'Unexpected value type in payload');
}

function contentBlock(block: unknown, place: string): ContentBlock[] {
  if (!isObject(block)) throw constraint(place, 'Member must not be null');
  if (typeof block['text'] === 'string') return [{ type: 'text', text: block['text'] }];
  if (block['text'] !== undefined) throw wrongType();
  if (isObject(block['toolUse'])) return [toolUse(block['toolUse'], place)];
  if (isObject(block['toolResult'])) return [toolResult(block['toolResult'], place)];
  if (isObject(block['image'])) return [{ type: 'image', body: anthropicMedia('image', block['image'], place) }];
  if (isObject(block['document'])) return [{ type: 'document', body: anthropicMedia('document', block['document'], place) }];
  if (isObject(block['searchResult'])) return [{ type: 'document', body: { type: 'document', title: block['searchResult']['title'], source: { type: 'content', content: block['searchResult']['content'] } } }];
  if (isObject(block['citationsContent'])) return asArray(block['citationsContent']['content']).flatMap((part) => (isObject(part) && typeof part['text'] === 'string' ? [{ type: 'text', text: part['text'] }] : []));
  if (isObject(block['reasoningContent'])) return [anthropicThinking(block['reasoningContent'])];
  for (const kind of ['video', 'audio']) if (block[kind] !== undefined) throw validation(`This model doesn't support the ${kind} field. Remove ${kind} and try again.`);
  const guarded = guardText(block);
  if (guarded !== undefined) return [{ type: 'text', text: guarded, isGuarded: true }];
  throw validation(`The ContentBlock object at ${place} must set one of the following keys: text, image, toolUse, toolResult, document, video, cachePoint, reasoningContent.`);
}

function toolUse(value: JsonObject, place: string): ContentBlock {
  const { toolUseId, name, input } = value;
  if (typeof toolUseId !== 'string' || !/^[a-zA-Z0-9_.:-]{1,64}$/.test(toolUseId)) throw toolUseIdProblem(toolUseId, `${place}.toolUse`);
  if (typeof name !== 'string') throw constraint(`${place}.toolUse.name`, 'Member must not be null');
  if (!isObject(input)) {
    throw validation(`The format of the value at ${place}.toolUse.input is invalid. Provide a json object for the field and try again.`);
  }
  return { type: 'tool_use', id: toolUseId, name, input };
}

function toolResult(value: JsonObject, place: string): ContentBlock {
  const { toolUseId, status } = value;
  if (typeof toolUseId !== 'string' || !/^[a-zA-Z0-9_.:-]{1,64}$/.test(toolUseId)) throw toolUseIdProblem(toolUseId, `${place}.toolResult`);
  const content = asArray(value['content']);
  if (content.length === 0 && status === 'error') {
    throw validation(`The content field at ${place}.toolResult cannot be empty when status value is error.`);
  }
  const text = content.map((part) => {
    if (!isObject(part)) return '';
    return typeof part['text'] === 'string' ? part['text'] : part['json'] === undefined ? '' : JSON.stringify(part['json']);
  });
  return { type: 'tool_result', tool_use_id: toolUseId, content: text.join('\n'), is_error: status === 'error' };
}

function toolUseIdProblem(value: unknown, place: string): BedrockError {
  if (typeof value !== 'string') return constraint(`${place}.toolUseId`, 'Member must not be null');
  return validation(
    `1 validation error detected: Value '${value.slice(0, 80)}' at '${place}.toolUseId' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+',
  );
}

function tools(value: unknown): ToolDefinition[] {
  const list = asArray(value);
  if (list.length === 0) throw constraint('toolConfig.tools', 'Member must have length greater than or equal to 1');
  return markCachePoints(list, (tool, index): ToolDefinition[] => {
    const specification = isObject(tool) ? tool['toolSpec'] : undefined;
    if (!isObject(specification)) return [];
    const name = asString(specification['name']) ?? '';
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
      throw validation(
        `1 validation error detected: Value '${name.slice(0, 80)}' at 'toolConfig.tools.${index + 1}.member.toolSpec.name' failed to satisfy ` +
          'constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+',
      );
    }
    const schema = isObject(specification['inputSchema']) ? specification['inputSchema']['json'] : undefined;
    if (!isObject(schema) || schema['type'] !== 'object') {
      throw validation(`The value at toolConfig.tools.${index}.toolSpec.inputSchema.json.type must be one of the following: object.`);
    }
    return [{ name, description: asString(specification['description']) ?? '', inputSchema: schema }];
  });
}

function toolChoice(value: unknown): ToolChoice {
  if (!isObject(value)) return { type: 'auto' };
  if (isObject(value['tool']) && typeof value['tool']['name'] === 'string') return { type: 'tool', name: value['tool']['name'] };
  return isObject(value['any']) ? { type: 'any' } : { type: 'auto' };
}

function maxTokens(value: unknown, model: Model): number {
  // Converse without maxTokens runs to the model's own limit.
  const number = value === undefined || value === null ? model.maxOutputTokens : asNumber(value);
  if (number === undefined || !Number.isInteger(number) || number < 1) {
    throw validation(
      `1 validation error detected: Value '${String(value)}' at 'inferenceConfig.maxTokens' failed to satisfy constraint: ` +
        'Member must have value greater than or equal to 1',
    );
  }
  if (number > model.maxOutputTokens) {
    throw validation(
      `The maximum tokens you requested exceeds the model limit of ${model.maxOutputTokens}. ` +
        `Try again with a maximum tokens value that is lower than ${model.maxOutputTokens}.`,
    );
  }
  return number;
}

function stopSequences(value: unknown): string[] {
  const sequences = asArray(value).filter((sequence): sequence is string => typeof sequence === 'string');
  if (sequences.some((sequence) => sequence === '')) {
    throw constraint('inferenceConfig.stopSequences', 'Member must satisfy constraint: [Member must have length greater than or equal to 1]');
  }
  return sequences;
}

function readSampling(settings: JsonObject, request: MessagesRequest): void {
  for (const key of ['temperature', 'topP'] as const) {
    const number = asNumber(settings[key]);
    if (number === undefined) continue;
    if (number < 0 || number > 1) {
      throw validation(
        `1 validation error detected: Value '${number}' at 'inferenceConfig.${key}' failed to satisfy constraint: ` +
          (number > 1 ? 'Member must have value less than or equal to 1' : 'Member must have value greater than or equal to 0'),
      );
    }
    request[key] = number;
  }
}

/** Members of Claude's own body that Converse has no place for; whatever else is given, the model refuses. */
const ADDITIONAL_FIELDS = ['top_k', 'thinking', 'reasoning_config', 'anthropic_beta', 'anthropic_version', 'output_config', 'tools', 'tool_choice', 'metadata', 'context_management', 'stop_sequences', 'max_tokens', 'temperature', 'top_p'];

function readAdditionalFields(value: unknown, request: MessagesRequest, model: Model): void {
  if (!isObject(value)) return;
  const unknown = Object.keys(value).find((key) => !ADDITIONAL_FIELDS.includes(key));
  if (unknown !== undefined && model.kind === 'claude') throw validation(`${MODEL_ERRORS}${unexpected(unknown, model).message}`);
  const schema = schemaOfOutputConfig(value['output_config']);
  if (schema) request.answerSchema = schema;
  const topK = asNumber(value['top_k']);
  if (topK !== undefined) request.topK = topK;
  for (const key of ['thinking', 'anthropic_beta']) if (value[key] !== undefined) request.extra[key] = value[key];
  // The older name of the same member.
  if (request.extra['thinking'] === undefined && value['reasoning_config'] !== undefined) request.extra['thinking'] = value['reasoning_config'];
}

function answerSchema(outputConfig: unknown): JsonObject | undefined {
  const format = isObject(outputConfig) ? outputConfig['textFormat'] : undefined;
  const structure = isObject(format) ? format['structure'] : undefined;
  const definition = isObject(structure) ? structure['jsonSchema'] : undefined;
  const schema = isObject(definition) ? asString(definition['schema']) : undefined;
  if (schema === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(schema);
    if (isObject(parsed)) return parsed;
  } catch {
    // Refused below, in the same words.
  }
  throw validation('The value at outputConfig.textFormat.structure.jsonSchema.schema is not a valid JSON schema.');
}

function guardText(block: JsonObject): string | undefined {
  const guarded = isObject(block['guardContent']) ? block['guardContent']['text'] : undefined;
  return isObject(guarded) ? asString(guarded['text']) : undefined;
}

function anthropicThinking(reasoning: JsonObject): ContentBlock {
  const hidden = reasoning['redactedContent'];
  if (hidden !== undefined) return { type: 'redacted_thinking', body: { type: 'redacted_thinking', data: hidden } };
  const text = isObject(reasoning['reasoningText']) ? reasoning['reasoningText'] : {};
  return { type: 'thinking', body: { type: 'thinking', thinking: text['text'] ?? '', signature: text['signature'] ?? '' } };
}

function constraint(place: string, rule: string): BedrockError {
  return validation(`1 validation error detected: Value at '${place}' failed to satisfy constraint: ${rule}`);
}
