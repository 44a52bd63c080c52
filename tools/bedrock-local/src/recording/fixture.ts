import { createHash } from 'node:crypto';
import type { BackendCall } from '../backends/language-backend.ts';
import { PII_PATTERNS } from '../guardrails/guardrail-policy.ts';
import type { FinishedMessage } from '../messages/finished-message.ts';
import type { ExceptionName } from '../wire/bedrock-error.ts';

/** One recorded call: enough to read what it was about, and to answer it again. */
export interface Fixture {
  model: string;
  request: unknown;
  message?: FinishedMessage;
  error?: { exception: ExceptionName; message: string };
}

/** The file of a call: the same model and request always give the same name. It is made before anything is redacted. */
export function fixtureName({ model, request }: BackendCall): string {
  return `${createHash('sha256').update(`${model.id}\n${JSON.stringify(request)}`).digest('hex').slice(0, 24)}.json`;
}

/** Replaces mail addresses, numbers of cards and phones, keys and the bytes of media, in every text of a value. */
export function redacted<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (key, member: unknown) => {
      if (typeof member !== 'string' || key === 'id' || key === 'tool_use_id' || key === 'signature') return member;
      return key === 'data' ? `{${member.length} characters of base64}` : withoutPersonalData(member);
    }),
  ) as T;
}

function withoutPersonalData(text: string): string {
  let clean = text.replaceAll(/\b(?:sk|pk|key|token|Bearer)[-_ ][A-Za-z0-9_-]{16,}/g, '{SECRET}');
  for (const [name, pattern] of Object.entries(PII_PATTERNS)) clean = clean.replaceAll(pattern, `{${name}}`);
  return clean;
}
