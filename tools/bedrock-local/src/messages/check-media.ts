import { validation } from '../wire/bedrock-error.ts';
import { asString, isObject, type JsonObject } from './json.ts';

const LIMITS = { image: { bytes: 3_750_000, words: '3.75 MB' }, document: { bytes: 4_500_000, words: '4.5 MB' } };
const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
const IMAGE_STARTS: Readonly<Record<string, RegExp>> = { 'image/jpeg': /^\xff\xd8\xff/, 'image/png': /^\x89PNG/, 'image/gif': /^GIF8/, 'image/webp': /^RIFF....WEBP/s };
/** Looked for anywhere: a pattern for the whole text would have to remember every one of its millions of characters. */
const NOT_BASE64 = /[^A-Za-z0-9+/=]/;

/** Checks an image or a document in Claude's form as Bedrock does: kind, encoding, size, and whether an image is what it says. */
export function checkMedia(type: 'image' | 'document', block: JsonObject, place: string): void {
  const source = isObject(block['source']) ? block['source'] : undefined;
  if (!source) throw validation(`${place}.${type}.source: Field required`);
  if (source['type'] !== 'base64') return;
  const data = asString(source['data']) ?? '';
  const mediaType = asString(source['media_type']) ?? '';
  const { bytes, words } = LIMITS[type];
  if ((data.length * 3) / 4 > bytes) throw validation(`${place}.${type}.source.base64: ${type} exceeds ${words} maximum`);
  if (data === '' || NOT_BASE64.test(data)) throw validation(`${place}.${type}.source.base64.data: The ${type} was specified using base64, but it is not valid base64.`);
  if (type === 'document') return;
  if (!IMAGE_TYPES.includes(mediaType)) throw validation(`${place}.image.source.base64.media_type: Input should be ${IMAGE_TYPES.map((known) => `'${known}'`).join(' or ')}`);
  const start = Buffer.from(data.slice(0, 24), 'base64').toString('latin1');
  if (!IMAGE_STARTS[mediaType]?.test(start)) throw validation(`${place}.image.source.base64.data: The image was specified using the ${mediaType} media type, but does not appear to be a ${mediaType} image`);
}
