import { AppError, canonicalSha256, type JsonObject } from '@manga-assist/foundation';

const FORM = /^(\d{1,4})\.([A-Za-z0-9_-]{16})$/;

/** Where the next page begins. Good for the same question alone, so that no page of one is glued to another. */
export function writeCursor(from: number, query: object): string {
  return `${from}.${fingerprint(query)}`;
}

/** Throws `invalid` `catalogue.cursor`. */
export function readCursor(cursor: string, query: object): number {
  const [, from, of] = FORM.exec(cursor) ?? [];
  if (from === undefined || of !== fingerprint(query)) {
    throw new AppError('invalid', 'catalogue.cursor', 'This page belongs to another search.', { problems: [{ path: 'cursor', message: 'belongs to another search' }] });
  }
  return Number(from);
}

function fingerprint(query: object): string {
  return Buffer.from(canonicalSha256(JSON.parse(JSON.stringify(query)) as JsonObject), 'hex').toString('base64url').slice(0, 16);
}
