export type JsonFault = 'too-deep' | 'too-many-keys' | 'duplicate-key' | 'forbidden-key' | 'lone-surrogate';

const MOST_DEPTH = 16;
const MOST_KEYS = 1_000;
/** Names that reach an object's prototype. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const LETTER_U = 0x75;

/**
 * Looks once over the bytes of a JSON text, before JSON.parse, for what a parser would accept and a
 * service should not. Says nothing about well-formedness: JSON.parse does that afterwards, and on
 * broken text any fault found here is as good as its error.
 */
export function scanJson(bytes: Buffer): JsonFault | undefined {
  /** The keys of each open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let keyCount = 0;

  for (let index = 0; index < bytes.length; index++) {
    switch (bytes[index]) {
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (open.length === MOST_DEPTH) return 'too-deep';
        open.push(bytes[index] === OPEN_OBJECT ? new Set() : undefined);
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        open.pop();
        break;
      case QUOTE: {
        const start = index + 1;
        let hasEscapes = false;
        for (index = start; index < bytes.length && bytes[index] !== QUOTE; index++) {
          if (bytes[index] !== BACKSLASH) continue;
          hasEscapes = true;
          const escape = lengthOfEscape(bytes, index);
          if (escape === 0) return 'lone-surrogate';
          index += escape - 1;
        }
        const keys = open[open.length - 1];
        // In well-formed JSON a string is a key exactly when a colon follows it.
        if (keys === undefined || !isColonNext(bytes, index + 1)) break;
        if (++keyCount > MOST_KEYS) return 'too-many-keys';
        const key = hasEscapes ? unescaped(bytes, start, index) : bytes.toString('utf8', start, index);
        if (FORBIDDEN.has(key)) return 'forbidden-key';
        if (keys.has(key)) return 'duplicate-key';
        keys.add(key);
      }
    }
  }
  return undefined;
}

/** Bytes of the escape that begins here; 0 when it is half of a surrogate pair. */
function lengthOfEscape(bytes: Buffer, at: number): number {
  if (bytes[at + 1] !== LETTER_U) return 2;
  const unit = codeUnit(bytes, at);
  if (unit < 0xd800 || unit > 0xdfff) return 6;
  if (unit > 0xdbff || bytes[at + 6] !== BACKSLASH || bytes[at + 7] !== LETTER_U) return 0;
  const second = codeUnit(bytes, at + 6);
  return second >= 0xdc00 && second <= 0xdfff ? 12 : 0;
}

/** The four hexadecimal digits after `\u`; NaN, which is in no range, when they are none. */
function codeUnit(bytes: Buffer, at: number): number {
  return Number.parseInt(bytes.toString('latin1', at + 2, at + 6), 16);
}

function isColonNext(bytes: Buffer, from: number): boolean {
  let index = from;
  while (index < bytes.length && isSpace(bytes[index])) index++;
  return bytes[index] === COLON;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** `\u005f_proto__` is `__proto__` too. A key that cannot be read makes JSON.parse fail later. */
function unescaped(bytes: Buffer, start: number, end: number): string {
  try {
    return String(JSON.parse(bytes.toString('utf8', start - 1, end + 1)));
  } catch {
    return '';
  }
}
