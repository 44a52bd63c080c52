/** CloudWatch and terminals are kind to lines of this size; longer ones are shortened, never split. */
const MOST_BYTES = 8_192;

/** JSON leaves these as they are, and terminals and editors act on them: line separators, bidirectional controls, DEL and C1. */
const ACTIVE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
/** Credentials by their shape, should one ever get into a message: our keys, bearer tokens, JWTs, tickets, webhook secrets. */
const CREDENTIALS = /mga_live_[\w-]+|Bearer [\w.~+/=-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+|ticket\.[\w-]{20,}|whsec_[\w+/=-]+/g;

/** The last look at a line before it is written: one line, plain characters, no credentials, bounded. */
export function tidyLine(line: string): string {
  const safe = line
    .replace(CREDENTIALS, '[hidden]')
    .replace(ACTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Buffer.byteLength(safe) > MOST_BYTES ? shorten(safe) : safe;
}

function shorten(line: string): string {
  const { level, time, service, message } = JSON.parse(line) as Record<string, unknown>;
  const start = String(message).slice(0, 500);
  return `${JSON.stringify({ level, time, service, message: start, shortenedFromBytes: Buffer.byteLength(line) })}\n`;
}
