import { asString, isObject } from '../messages/json.ts';
import { validation } from '../wire/bedrock-error.ts';
import { checkGuardrailName } from './apply-guardrail.ts';

/** What one call asks of its guardrail. */
export interface GuardrailCall {
  id: string;
  traces: boolean;
  /** The stream is not held back until it is checked. */
  passesAtOnce: boolean;
  /** InvokeModel's guardrails read the whole prompt, or what stands between tags that end in this. */
  wholePrompt: boolean;
  tagSuffix: string | undefined;
}

/** From Converse's guardrailConfig; nothing when there is none. */
export function guardrailOfConverse(config: unknown): GuardrailCall | undefined {
  if (!isObject(config)) return undefined;
  const id = asString(config['guardrailIdentifier']);
  const version = asString(config['guardrailVersion']);
  if (id === undefined || version === undefined) throw validation('guardrailConfig needs both guardrailIdentifier and guardrailVersion.');
  return named(id, version, {
    traces: config['trace'] === 'enabled' || config['trace'] === 'enabled_full',
    passesAtOnce: config['streamProcessingMode'] === 'async',
    wholePrompt: false,
    tagSuffix: undefined,
  });
}

/** Looks a header up by its name in lower case. */
export type Headers = (name: string) => string | undefined;

/** From InvokeModel's headers, and `amazon-bedrock-guardrailConfig` in its body; nothing when there is neither. */
export function guardrailOfInvoke(header: Headers, config: unknown): GuardrailCall | undefined {
  const id = header('x-amzn-bedrock-guardrailidentifier');
  const version = header('x-amzn-bedrock-guardrailversion');
  const tagSuffix = isObject(config) ? asString(config['tagSuffix']) : undefined;
  if (!id) {
    if (config === undefined && !version) return undefined;
    throw validation('A guardrail identifier is required when amazon-bedrock-guardrailConfig or a guardrail version is given.');
  }
  if (!version) throw validation('A guardrail version is required when a guardrail identifier is given.');
  if (!/^application\/json\b/i.test(header('content-type') ?? '')) throw validation('The contentType must be application/json when a guardrail is used.');
  if (tagSuffix !== undefined && !/^[a-zA-Z0-9]{1,20}$/.test(tagSuffix)) throw validation('amazon-bedrock-guardrailConfig.tagSuffix must be 1 to 20 letters and digits.');
  const isAsync = isObject(config) && /^async/i.test(asString(config['streamProcessingMode']) ?? '');
  return named(id, version, { traces: /^enabled/i.test(header('x-amzn-bedrock-trace') ?? header('x-amzn-bedrock-guardrailtrace') ?? ''), passesAtOnce: isAsync, wholePrompt: true, tagSuffix });
}

function named(id: string, version: string, more: Omit<GuardrailCall, 'id'>): GuardrailCall {
  checkGuardrailName(id, version);
  return { id: id.slice(id.lastIndexOf('/') + 1), ...more };
}
