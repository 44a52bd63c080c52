import { crc32 } from 'node:zlib';

/** Headers of one kind of frame, encoded once: every event of a kind carries the same ones. */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    const valueLength = Buffer.alloc(3);
    valueLength[0] = 7; // type 7: string
    valueLength.writeUInt16BE(valueBytes.length, 1);
    parts.push(Buffer.from([nameBytes.length]), nameBytes, valueLength, valueBytes);
  }
  return Buffer.concat(parts);
}

const eventHeaders = new Map<string, Buffer>();

export function headersOfEvent(eventType: string): Buffer {
  let headers = eventHeaders.get(eventType);
  if (!headers) {
    headers = encodeHeaders({ ':event-type': eventType, ':content-type': 'application/json', ':message-type': 'event' });
    eventHeaders.set(eventType, headers);
  }
  return headers;
}

export function headersOfException(exceptionType: string): Buffer {
  return encodeHeaders({ ':exception-type': exceptionType, ':content-type': 'application/json', ':message-type': 'exception' });
}

/** Length and checksum fields around headers and payload. */
const PRELUDE_BYTES = 12;
const OVERHEAD_BYTES = PRELUDE_BYTES + 4;

/**
 * Collects application/vnd.amazon.eventstream frames in one growing buffer, so that many events leave in one write:
 * [u32 total][u32 headers length][u32 crc of the first 8 bytes][headers][payload][u32 crc of everything before], big endian.
 */
export class FrameBuffer {
  private bytes = Buffer.allocUnsafe(16_384);
  private length = 0;

  get size(): number {
    return this.length;
  }

  append(headers: Buffer, payload: string): void {
    // UTF-8 needs at most three bytes for each UTF-16 unit.
    this.reserve(OVERHEAD_BYTES + headers.length + payload.length * 3);
    const { bytes, length: start } = this;
    const payloadStart = start + PRELUDE_BYTES + headers.length;
    bytes.set(headers, start + PRELUDE_BYTES);
    const end = payloadStart + bytes.write(payload, payloadStart);
    bytes.writeUInt32BE(end + 4 - start, start);
    bytes.writeUInt32BE(headers.length, start + 4);
    bytes.writeUInt32BE(crc32(bytes.subarray(start, start + 8)), start + 8);
    bytes.writeUInt32BE(crc32(bytes.subarray(start, end)), end);
    this.length = end + 4;
  }

  /** The frames so far; the buffer starts empty again and never touches the returned bytes. */
  take(): Buffer {
    const frames = this.bytes.subarray(0, this.length);
    this.bytes = Buffer.allocUnsafe(Math.max(16_384, Math.min(this.length * 2, 1 << 20)));
    this.length = 0;
    return frames;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

export function encodeFrame(headers: Buffer, payload: string): Buffer {
  const frames = new FrameBuffer();
  frames.append(headers, payload);
  return frames.take();
}
