import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ContentBlock, MessagesRequest } from '../messages/messages-request.ts';
import { answer } from '../scripted/answer.ts';

const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });

/** An object schema that asks for everything it names and allows nothing else. */
export function object(properties: Record<string, unknown>): Record<string, unknown> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
export const TEXT = { type: 'string', minLength: 1, maxLength: 400 };
export const TEXTS = { type: 'array', items: TEXT, maxItems: 10 };
export const SHARE = { type: 'number', minimum: 0, maximum: 1 };

export function fence(tag: string, data: unknown): string {
  return `<${tag}>\n${typeof data === 'string' ? data : JSON.stringify(data)}\n</${tag}>`;
}

export function jobRequest(system: string, content: string | ContentBlock[], more: Partial<MessagesRequest> = {}): MessagesRequest {
  const blocks: ContentBlock[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return { system: [{ type: 'text', text: system }], messages: [{ role: 'user', content: blocks }], tools: [], toolChoice: { type: 'auto' }, maxTokens: 4_000, stopSequences: [], extra: {}, ...more };
}

/** The scripted model's answer to a job that asks for JSON; throws when it does not fit the schema. */
export function answerAs(schema: Record<string, unknown>, system: string, content: string | ContentBlock[]): Record<string, unknown> {
  const { text } = answer(jobRequest(system, content, { answerSchema: schema }));
  const value = JSON.parse(text) as Record<string, unknown>;
  if (!ajv.validate(schema, value)) throw new Error(`the answer does not fit: ${ajv.errorsText()} in ${text}`);
  return value;
}

export function fits(schema: Record<string, unknown>, value: unknown): boolean {
  return ajv.validate(schema, value);
}
