import { describeError } from './describe-error.ts';

const HIDDEN = '[hidden]';
/** Whatever stands under these names is never written, at any depth. */
const HIDDEN_KEYS = new Set([
  'answer',
  'apikey',
  'authorization',
  'content',
  'cookie',
  'password',
  'prompt',
  'query',
  'secret',
  'text',
  'ticket',
  'token',
  'xapikey',
]);
/** The line's own fields, which a field of the caller must not forge. */
const RESERVED_KEYS = new Set(['level', 'time', 'service', 'message']);

const MOST_DEPTH = 4;
const MOST_ITEMS = 20;
const MOST_CHARACTERS = 1_000;
/** Stacks are worth more room than other text. */
const MOST_STACK_CHARACTERS = 3_000;

/** What may be written of the fields a caller gave: secrets hidden by name, errors described, everything bounded. */
export function tidyFields(fields: Record<string, unknown>): Record<string, unknown> {
  const tidy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    tidy[RESERVED_KEYS.has(key) ? `field_${key}` : key] = tidyMember(key, value, 0);
  }
  return tidy;
}

function tidyMember(key: string, value: unknown, depth: number): unknown {
  if (HIDDEN_KEYS.has(key.toLowerCase().replace(/[-_]/g, ''))) return HIDDEN;
  return tidyValue(value, depth, key === 'stack' ? MOST_STACK_CHARACTERS : MOST_CHARACTERS);
}

function tidyValue(value: unknown, depth: number, mostCharacters = MOST_CHARACTERS): unknown {
  if (typeof value === 'string') return value.length > mostCharacters ? `${value.slice(0, mostCharacters)}…` : value;
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  // A described error is nested once per cause, and bounded already.
  if (value instanceof Error) return tidyValue(describeError(value), -MOST_DEPTH);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return value.toJSON();
  if (depth >= MOST_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => tidyValue(item, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return tidyValue(value.toJSON(), depth + 1);
  const tidy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value).slice(0, MOST_ITEMS)) tidy[key] = tidyMember(key, member, depth + 1);
  return tidy;
}
