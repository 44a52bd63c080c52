import { isUtf8 } from 'node:buffer';
import { AppError } from '@manga-assist/foundation';
import type { FastifyInstance } from 'fastify';
import { scanJson, type JsonFault } from './scan-json.ts';

const UNSAFE: Readonly<Record<Exclude<JsonFault, 'lone-surrogate'>, string>> = {
  'too-deep': 'is nested more than 16 levels deep',
  'too-many-keys': 'has more than 1,000 keys',
  'duplicate-key': 'has an object with the same key twice',
  'forbidden-key': 'has a key that is not allowed',
};

const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;

/** The only body that our services read: JSON in UTF-8. Any other content type is refused by Fastify (415). */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      if (OTHER_CHARSET.test(request.headers['content-type'] ?? '')) {
        throw new AppError('invalid', 'request.unsupported-media-type', 'The body must be application/json in UTF-8.');
      }
      done(null, readJson(body as Buffer));
    } catch (error) {
      done(error as AppError);
    }
  });
}

/** Throws `invalid`: `request.invalid-unicode`, `request.unsafe-json`, `request.malformed-json`. */
export function readJson(bytes: Buffer): unknown {
  const fault = isUtf8(bytes) ? scanJson(bytes) : 'lone-surrogate';
  if (fault === 'lone-surrogate') throw new AppError('invalid', 'request.invalid-unicode', 'The body is not valid Unicode text.');
  if (fault !== undefined) {
    throw new AppError('invalid', 'request.unsafe-json', 'The body is not acceptable JSON.', { problems: [{ path: '$', message: UNSAFE[fault] }] });
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The engine's message quotes the body, so it is not kept as a cause either.
    throw new AppError('invalid', 'request.malformed-json', 'The body is not valid JSON.');
  }
}
