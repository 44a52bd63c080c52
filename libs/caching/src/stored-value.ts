import type { Json } from '@manga-assist/foundation';

/**
 * The text a value is stored as. It carries its own key and expiry, so that a value that got under
 * another key, was cut, or outlived its time in the store is not read.
 */
export function encodeStored(key: string, value: Json, expiresAtMs: number): string {
  return `${headOf(key)}${expiresAtMs},"value":${JSON.stringify(value)}}`;
}

/** The value and when it expires; undefined when the text is corrupt, late or another key's. */
export function decodeStored(key: string, text: string, nowMs: number): { value: unknown; expiresAtMs: number } | undefined {
  if (!text.startsWith(headOf(key))) return undefined;
  try {
    const { expires_at_ms: expiresAtMs, value } = JSON.parse(text) as { expires_at_ms: number; value: unknown };
    return expiresAtMs > nowMs ? { value, expiresAtMs } : undefined;
  } catch {
    return undefined;
  }
}

function headOf(key: string): string {
  return `{"key":${JSON.stringify(key)},"expires_at_ms":`;
}
