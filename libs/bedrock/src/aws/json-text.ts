const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The JSON string that begins right after its opening quote at `start`, decoded, and where it ends
 * (the position of the closing quote); undefined when it does not end before `end`.
 *
 * Nearly every event of a stream is one short text, and finding it by its bytes is several times
 * cheaper than parsing the whole event.
 */
export function readJsonText(buffer: Buffer, start: number, end: number): { text: string; end: number } | undefined {
  let hasEscapes = false;
  let isAscii = true;
  for (let at = start; at < end; at++) {
    const byte = buffer[at] ?? 0;
    if (byte === QUOTE) {
      const text = hasEscapes
        ? (JSON.parse(buffer.toString('utf8', start - 1, at + 1)) as string)
        : isAscii
          ? buffer.toString('latin1', start, at)
          : buffer.toString('utf8', start, at);
      return { text, end: at };
    }
    if (byte === BACKSLASH) {
      hasEscapes = true;
      at++;
    } else if (byte > 0x7f) isAscii = false;
  }
  return undefined;
}

/** True when the bytes from `start` on are `expected`. */
export function startsWith(buffer: Buffer, start: number, end: number, expected: Buffer): boolean {
  return end - start >= expected.length && buffer.compare(expected, 0, expected.length, start, start + expected.length) === 0;
}
