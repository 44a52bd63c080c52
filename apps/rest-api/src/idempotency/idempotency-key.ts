import { AppError } from '@manga-assist/foundation';

/** As the IETF draft has it, a structured-field string, or bare as most clients send it. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const BARE = /^[\x21-\x7e]+$/;
const LONGEST = 255;

/** The key of the header `Idempotency-Key`; undefined when there is none. Error: `invalid` `request.invalid-idempotency-key`. */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = QUOTED.exec(header)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? (BARE.test(header) && !header.startsWith('"') ? header : '');
  if (key.length >= 1 && key.length <= LONGEST) return key;
  throw new AppError('invalid', 'request.invalid-idempotency-key', 'The Idempotency-Key must be 1 to 255 visible ASCII characters.', {
    problems: [{ path: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }],
  });
}
