import { readFileSync } from 'node:fs';
import { asArray, asString, isObject, type JsonObject } from '../messages/json.ts';

export type PiiAction = 'BLOCKED' | 'ANONYMIZED';

/** Kinds of personal data a pattern can find; names of people are beyond it. */
export const PII_PATTERNS = {
  EMAIL: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]+)+/g,
  CREDIT_DEBIT_CARD_NUMBER: /\b(?:\d[ -]?){13,15}\d\b/g,
  US_SOCIAL_SECURITY_NUMBER: /\b\d{3}-\d{2}-\d{4}\b/g,
  AWS_ACCESS_KEY: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  IP_ADDRESS: /\b(?:\d{1,3}\.){3}\d{1,3}\b/g,
  PHONE: /(?:\+\d{1,3}[ -]?)?\(?0?\d{1,4}\)?[ -]\d{2,4}[ -]\d{3,4}\b/g,
  ADDRESS: /〒\d{3}-?\d{4}|\b\d{1,5} [A-Z][a-z]+ (?:Street|St|Avenue|Ave|Road|Rd)\b/g,
} as const;
export type PiiType = keyof typeof PII_PATTERNS;

/** One policy for every guardrail id: what may be said on either side of the model. */
export interface GuardrailPolicy {
  words: string[];
  profanity: string[];
  pii: Partial<Record<PiiType, PiiAction>>;
  regexes: { name: string; regex: string; action: PiiAction }[];
  blockedInputMessage: string;
  blockedOutputMessage: string;
}

/** The built-in policy, or the JSON file given; members left out are the built-in ones. Throws when it cannot be read. */
export function loadPolicy(file?: string): GuardrailPolicy {
  const builtIn = JSON.parse(readFileSync(new URL('./default-policy.json', import.meta.url), 'utf8')) as GuardrailPolicy;
  if (file === undefined) return builtIn;
  const given: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isObject(given)) throw new Error(`the guardrail policy ${file} is not a JSON object`);
  const unknown = Object.keys(given).filter((key) => !(key in builtIn));
  if (unknown.length > 0) throw new Error(`the guardrail policy ${file} has unknown members: ${unknown.join(', ')}`);
  return {
    words: texts(given['words'] ?? builtIn.words),
    profanity: texts(given['profanity'] ?? builtIn.profanity),
    pii: isObject(given['pii']) ? pii(given['pii'], file) : builtIn.pii,
    regexes: given['regexes'] === undefined ? builtIn.regexes : asArray(given['regexes']).filter(isObject).map((entry) => regex(entry, file)),
    blockedInputMessage: asString(given['blockedInputMessage']) ?? builtIn.blockedInputMessage,
    blockedOutputMessage: asString(given['blockedOutputMessage']) ?? builtIn.blockedOutputMessage,
  };
}

function pii(value: JsonObject, file: string): GuardrailPolicy['pii'] {
  return Object.fromEntries(
    Object.entries(value).map(([type, action]) => {
      if (!(type in PII_PATTERNS)) throw new Error(`the guardrail policy ${file} names an unknown kind of personal data: ${type}; known: ${Object.keys(PII_PATTERNS).join(', ')}`);
      return [type, actionOf(action, file)];
    }),
  );
}

function regex(entry: JsonObject, file: string): GuardrailPolicy['regexes'][number] {
  const pattern = asString(entry['regex']) ?? '';
  if (pattern === '') throw new Error(`the guardrail policy ${file} has a regex without a pattern`);
  new RegExp(pattern);
  return { name: asString(entry['name']) ?? 'REGEX', regex: pattern, action: actionOf(entry['action'] ?? 'ANONYMIZED', file) };
}

function actionOf(value: unknown, file: string): PiiAction {
  if (value === 'BLOCKED' || value === 'ANONYMIZED') return value;
  throw new Error(`the guardrail policy ${file} has an action that is neither BLOCKED nor ANONYMIZED`);
}

function texts(value: unknown): string[] {
  return asArray(value).filter((text): text is string => typeof text === 'string' && text !== '');
}
