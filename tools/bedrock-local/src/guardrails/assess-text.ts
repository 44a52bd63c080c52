import { PII_PATTERNS, type GuardrailPolicy, type PiiAction, type PiiType } from './guardrail-policy.ts';

interface Entity {
  match: string;
  action: PiiAction;
  detected: true;
}

/** What a policy says about one text. The assessment repeats the matched text, as Bedrock's does. */
export interface Verdict {
  isBlocked: boolean;
  isMasked: boolean;
  /** The text with personal data replaced by its kind in braces. */
  masked: string;
  /** In Bedrock's form; empty when nothing was found. */
  assessment: Record<string, unknown>;
}

export function assessText(text: string, policy: GuardrailPolicy): Verdict {
  const customWords = matches(text, policy.words).map((match) => ({ match, action: 'BLOCKED', detected: true }));
  const managedWordLists = matches(text, policy.profanity).map((match) => ({ match, type: 'PROFANITY', action: 'BLOCKED', detected: true }));
  const personal = findPersonal(text, policy);
  const assessment: Record<string, unknown> = {};
  if (customWords.length + managedWordLists.length > 0) assessment['wordPolicy'] = { customWords, managedWordLists };
  if (personal.piiEntities.length + personal.regexes.length > 0) assessment['sensitiveInformationPolicy'] = { piiEntities: personal.piiEntities, regexes: personal.regexes };
  const found = [...personal.piiEntities, ...personal.regexes];
  return {
    isBlocked: customWords.length + managedWordLists.length > 0 || found.some(({ action }) => action === 'BLOCKED'),
    isMasked: found.some(({ action }) => action === 'ANONYMIZED'),
    masked: personal.masked,
    assessment,
  };
}

function findPersonal(text: string, policy: GuardrailPolicy) {
  let masked = text;
  const piiEntities: (Entity & { type: string })[] = [];
  const regexes: (Entity & { name: string; regex: string })[] = [];
  const replace = (pattern: RegExp, label: string, action: PiiAction, seen: (match: string) => void): void => {
    masked = masked.replaceAll(pattern, (match) => {
      seen(match);
      return action === 'ANONYMIZED' ? `{${label}}` : match;
    });
  };
  for (const { name, regex, action } of policy.regexes) replace(new RegExp(regex, 'g'), name, action, (match) => regexes.push({ name, match, regex, action, detected: true }));
  for (const type of Object.keys(PII_PATTERNS) as PiiType[]) {
    const action = policy.pii[type];
    if (action) replace(PII_PATTERNS[type], type, action, (match) => piiEntities.push({ match, type, action, detected: true }));
  }
  return { masked, piiEntities, regexes };
}

/** Latin words are found as whole words, Japanese ones anywhere. */
function matches(text: string, words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const pattern = /^[\x20-\x7e]+$/.test(word) ? `\\b${escaped}\\b` : escaped;
    return new RegExp(pattern, 'i').exec(text)?.slice(0, 1) ?? [];
  });
}
