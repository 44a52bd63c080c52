import { checkMedia } from '../messages/check-media.ts';
import { asArray, asString, isObject, type JsonObject } from '../messages/json.ts';
import { validation } from './bedrock-error.ts';

const FORMATS = { image: ['png', 'jpeg', 'gif', 'webp'], document: ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'] };
const MOST = { image: 20, document: 5 };
const DOCUMENT_NAME = /^[a-zA-Z0-9 ()[\]-]{1,200}$/;

/** An image or a document of Converse in Claude's form, checked. */
export function anthropicMedia(type: 'image' | 'document', media: JsonObject, place: string): JsonObject {
  const source = isObject(media['source']) ? media['source'] : {};
  const format = asString(media['format']) ?? (type === 'document' ? 'txt' : '');
  if (!FORMATS[type].includes(format)) {
    throw validation(`1 validation error detected: Value '${format}' at '${place}.${type}.format' failed to satisfy constraint: Member must satisfy enum value set: [${FORMATS[type].join(', ')}]`);
  }
  const name = asString(media['name']) ?? '';
  if (type === 'document' && (!DOCUMENT_NAME.test(name) || name.includes('  '))) {
    throw validation('The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can\'t contain more than one consecutive whitespace character.');
  }
  if (isObject(source['s3Location'])) return { type, source: { type: 'url', url: source['s3Location']['uri'] } };
  if (typeof source['text'] === 'string') return { type, source: { type: 'text', media_type: 'text/plain', data: source['text'] } };
  const mediaType = type === 'image' ? `image/${format}` : format === 'pdf' ? 'application/pdf' : 'text/plain';
  const block = { type, source: { type: 'base64', media_type: mediaType, data: source['bytes'] } };
  checkMedia(type, block, place);
  return block;
}

/** How many of each a message may hold; a document needs words beside it. */
export function checkMediaOfMessage(content: unknown, place: string): void {
  const blocks = asArray(content).filter(isObject);
  for (const type of ['image', 'document'] as const) {
    const count = blocks.filter((block) => block[type] !== undefined).length;
    if (count > MOST[type]) throw validation(`The message at ${place} contains ${count} ${type}s, which is more than the maximum of ${MOST[type]}.`);
  }
  const hasDocument = blocks.some((block) => block['document'] !== undefined);
  if (hasDocument && !blocks.some((block) => typeof block['text'] === 'string')) throw validation('A text block must be included when using documents.');
}
