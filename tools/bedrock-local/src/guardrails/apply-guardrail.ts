import { asArray, asString, isObject, type JsonObject } from '../messages/json.ts';
import { validation } from '../wire/bedrock-error.ts';
import { assessText } from './assess-text.ts';
import type { GuardrailPolicy } from './guardrail-policy.ts';
import { guardrailMetrics, guardrailUsage } from './guardrail-usage.ts';

const IDENTIFIER = /^(?:[a-z0-9]+|arn:aws[^:]*:bedrock:[a-z0-9-]+:\d{12}:guardrail\/[a-z0-9]+)$/;
const VERSION = /^(?:DRAFT|[1-9]\d{0,7})$/;

/** Every well-formed guardrail exists and has the one policy. */
export function checkGuardrailName(identifier: string, version: string): void {
  if (!IDENTIFIER.test(identifier)) throw problem('guardrailIdentifier', identifier, IDENTIFIER);
  if (!VERSION.test(version)) throw problem('guardrailVersion', version, VERSION);
}

/** The body of an ApplyGuardrail reply. */
export function applyGuardrail(json: JsonObject, policy: GuardrailPolicy): Record<string, unknown> {
  const startedAt = performance.now();
  const { source } = json;
  if (source !== 'INPUT' && source !== 'OUTPUT') throw validation("1 validation error detected: Value at 'source' failed to satisfy constraint: Member must satisfy enum value set: [INPUT, OUTPUT]");
  const texts = asArray(json['content']).flatMap((block): string[] => {
    const text = isObject(block) && isObject(block['text']) ? asString(block['text']['text']) : undefined;
    return text === undefined ? [] : [text];
  });
  if (texts.length === 0) throw validation("1 validation error detected: Value at 'content' failed to satisfy constraint: Member must have length greater than or equal to 1");
  const verdicts = texts.map((text) => assessText(text, policy));
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const isBlocked = verdicts.some((verdict) => verdict.isBlocked);
  const isMasked = verdicts.some((verdict) => verdict.isMasked);
  const blockedMessage = source === 'INPUT' ? policy.blockedInputMessage : policy.blockedOutputMessage;
  const isFull = json['outputScope'] === 'FULL';
  const assessments = verdicts.filter(({ assessment }) => isFull || Object.keys(assessment).length > 0).map(({ assessment }) => assessment);
  return {
    usage: guardrailUsage(characters),
    action: isBlocked || isMasked ? 'GUARDRAIL_INTERVENED' : 'NONE',
    actionReason: isBlocked ? 'Guardrail blocked.' : isMasked ? 'Guardrail masked.' : 'No action.',
    outputs: isBlocked ? [{ text: blockedMessage }] : isMasked ? verdicts.map(({ masked }) => ({ text: masked })) : [],
    assessments: (assessments.length > 0 ? assessments : [{}]).map((assessment) => ({ ...assessment, invocationMetrics: guardrailMetrics(characters, performance.now() - startedAt) })),
    guardrailCoverage: { textCharacters: { guarded: characters, total: characters } },
  };
}

function problem(place: string, value: string, pattern: RegExp): Error {
  return validation(`1 validation error detected: Value '${value.slice(0, 80)}' at '${place}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`);
}
