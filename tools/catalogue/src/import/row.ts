import type { Product } from '@manga-assist/catalogue';

/** What became of one row of a file. */
export type Row = { line: number; product: Product } | { line: number; problem: string; text: string };

/** A row that cannot be a product; its message says why, for the rejects file. */
export class BadRow extends Error {}

/** What decoding puts in the place of bytes that are no UTF-8. */
const NOT_UTF8 = '\ufffd';

/** Makes a product of the value of a line, or a rejected row. */
export function rowOf(line: number, text: string, read: () => Product): Row {
  try {
    if (text.includes(NOT_UTF8)) throw new BadRow('is not in UTF-8');
    return { line, product: read() };
  } catch (error) {
    if (error instanceof BadRow || error instanceof SyntaxError) return { line, problem: error instanceof BadRow ? error.message : 'is not JSON', text };
    throw error;
  }
}
