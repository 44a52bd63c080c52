/** What the headers of a frame say. */
export type FrameHeaders =
  | { kind: 'event'; name: string }
  /** `name`: the modelled exception, or the error code of one that the service does not model. */
  | { kind: 'exception'; name: string };

/** Bytes after the type byte; strings and byte arrays (6, 7) carry their own length. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const STRING = 7;

/** Headers of other types than text are skipped: Bedrock sends none, and none of them has a meaning here. */
export function readFrameHeaders(buffer: Buffer, start: number, end: number): FrameHeaders {
  const texts = new Map<string, string>();
  for (let at = start; at < end; ) {
    const nameEnd = at + 1 + buffer.readUInt8(at);
    const name = buffer.toString('utf8', at + 1, nameEnd);
    const type = buffer.readUInt8(nameEnd);
    const fixed = FIXED_BYTES[type];
    const valueStart = nameEnd + (fixed === undefined ? 3 : 1);
    at = valueStart + (fixed ?? buffer.readUInt16BE(nameEnd + 1));
    if (type === STRING) texts.set(name, buffer.toString('utf8', valueStart, at));
  }
  if (texts.get(':message-type') === 'event') return { kind: 'event', name: texts.get(':event-type') ?? '' };
  return { kind: 'exception', name: texts.get(':exception-type') ?? texts.get(':error-code') ?? '' };
}
