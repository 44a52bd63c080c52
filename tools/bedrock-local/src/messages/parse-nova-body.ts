import type { Model } from '../models/model-directory.ts';
import { validation } from '../wire/bedrock-error.ts';
import { convertConverse } from '../wire/converse-request.ts';
import { isObject, type JsonObject } from './json.ts';
import type { MessagesRequest } from './messages-request.ts';
import { GUARDRAIL_CONFIG } from './parse-messages-body.ts';

const KNOWN = ['schemaVersion', 'system', 'messages', 'inferenceConfig', 'toolConfig', 'additionalModelRequestFields', GUARDRAIL_CONFIG];

/** Amazon Nova's own body is Converse's with a schema version. */
export function parseNovaBody(body: Buffer, model: Model): MessagesRequest {
  const json = parsed(body);
  const unknown = Object.keys(json).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) throw malformed(`#: extraneous key [${unknown}] is not permitted`);
  if (!Array.isArray(json['messages'])) throw malformed('#: required key [messages] not found');
  const settings = isObject(json['inferenceConfig']) ? json['inferenceConfig'] : {};
  const request = convertConverse({ ...json, inferenceConfig: { ...settings, maxTokens: settings['maxTokens'] ?? settings['max_new_tokens'] } }, model);
  if (json[GUARDRAIL_CONFIG] !== undefined) request.extra[GUARDRAIL_CONFIG] = json[GUARDRAIL_CONFIG];
  return request;
}

function parsed(body: Buffer): JsonObject {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(json)) return json;
  } catch {
    // Refused below, in the same words.
  }
  throw validation('Malformed input request, please reformat your input and try again.');
}

function malformed(problem: string): Error {
  return validation(`Malformed input request: ${problem}, please reformat your input and try again.`);
}
