import { isObject, type JsonObject } from './json.ts';

/** The words of a document block in Claude's form; empty for those that are no plain text, such as PDF. */
export function documentText(body: JsonObject): string {
  const source = isObject(body['source']) ? body['source'] : {};
  const data = typeof source['data'] === 'string' ? source['data'] : '';
  if (source['type'] === 'text') return data;
  if (source['type'] === 'content') return contentText(source['content']);
  return source['media_type'] === 'text/plain' ? Buffer.from(data, 'base64').toString('utf8') : '';
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('\n') : '';
}
