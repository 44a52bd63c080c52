import { cleanText } from '@manga-assist/foundation';

/** What a model is given to read of one call, as JSON in UTF-8. */
export const MOST_CONTENT_BYTES = 8 * 1024;
/** What a page is given to show of one call: a frame of the chat holds it with room to spare. */
export const MOST_CARDS_BYTES = 16 * 1024;
/** For what stands around a list: other fields, a note. */
const AROUND_A_LIST_BYTES = 512;

/** Texts from the catalogue and from orders are data: nothing invisible stays in them, and each is one line. */
export function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return (cleanText(value.toWellFormed())?.text ?? '').replace(/\s*\n\s*/g, ' ');
  if (Array.isArray(value)) return value.map(cleaned);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => [name, cleaned(member)]),
    );
  }
  return value;
}

export function bytesOf(content: unknown): number {
  return Buffer.byteLength(JSON.stringify(content));
}

/** As many items, in their order, as fit by what is shown of them: fewer items rather than cut texts. One that is too long alone hides no other. */
export function fitting<T>(items: readonly T[], { shown = (item: T): unknown => item, mostBytes = MOST_CONTENT_BYTES } = {}): T[] {
  let left = mostBytes - AROUND_A_LIST_BYTES;
  return items.filter((item) => {
    const bytes = bytesOf(cleaned(shown(item))) + 1;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
}
