import { crc32 } from 'node:zlib';
import { readFrameHeaders, type FrameHeaders } from './frame-headers.ts';

/** Receives one frame; its payload is `buffer` from `start` to `end` and is valid only during the call. */
export type FrameReader = (headers: FrameHeaders, buffer: Buffer, start: number, end: number) => void;

/** The bytes are not a whole, undamaged event stream. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const PRELUDE_BYTES = 12;
/** Prelude and the checksum at the end. */
const MINIMUM_BYTES = 16;
/** AWS frames are at most 16 MiB of payload and 128 KiB of headers; more is damage, not data. */
const MAXIMUM_BYTES = 24 * 1024 * 1024;
const KNOWN_HEADERS = 16;

/**
 * Takes an `application/vnd.amazon.eventstream` apart, all whole frames of one network read at a time:
 *
 *     u32 total · u32 headers · u32 crc32 of these 8 bytes · headers · payload · u32 crc32 of all before
 *
 * Ours, because the SDK's own deserialiser takes ten times the CPU an event and cannot batch.
 */
export class FrameDecoder {
  #pieces: Buffer[] = [];
  #heldBytes = 0;
  #neededBytes = 0;
  // A stream repeats a handful of header blocks, so comparing bytes replaces parsing.
  readonly #knownHeaders: { bytes: Buffer; headers: FrameHeaders }[] = [];

  /** Reads every frame that is whole by now. Throws FrameError for damage. */
  push(chunk: Buffer, read: FrameReader): void {
    let buffer = chunk;
    if (this.#heldBytes > 0) {
      this.#hold(chunk);
      // One copy per frame however many reads it takes.
      if (this.#heldBytes < this.#neededBytes) return;
      buffer = Buffer.concat(this.#pieces, this.#heldBytes);
      this.#pieces = [];
      this.#heldBytes = 0;
    }
    let start = 0;
    while (buffer.length - start >= PRELUDE_BYTES) {
      const total = buffer.readUInt32BE(start);
      if (total < MINIMUM_BYTES || total > MAXIMUM_BYTES) throw new FrameError('the length of a frame is impossible');
      if (buffer.length - start < total) {
        // A damaged length would make us wait for ever; the prelude of a whole frame is proved with the rest of it.
        if (crc32(buffer.subarray(start, start + 8)) !== buffer.readUInt32BE(start + 8)) throw new FrameError("the checksum of a frame's prelude is wrong");
        this.#neededBytes = total;
        break;
      }
      this.#readFrame(buffer, start, start + total, read);
      start += total;
    }
    if (start < buffer.length) {
      if (buffer.length - start < PRELUDE_BYTES) this.#neededBytes = PRELUDE_BYTES;
      this.#hold(buffer.subarray(start));
    }
  }

  /** Call at the end of the stream: throws FrameError when it ended inside a frame. */
  end(): void {
    if (this.#heldBytes > 0) throw new FrameError('the stream ended inside a frame');
  }

  #hold(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#heldBytes += piece.length;
  }

  #readFrame(buffer: Buffer, start: number, end: number, read: FrameReader): void {
    if (crc32(buffer.subarray(start, end - 4)) !== buffer.readUInt32BE(end - 4)) throw new FrameError('the checksum of a frame is wrong');
    const headersStart = start + PRELUDE_BYTES;
    const headersEnd = headersStart + buffer.readUInt32BE(start + 4);
    if (headersEnd > end - 4) throw new FrameError('the headers of a frame are longer than the frame');
    read(this.#headers(buffer, headersStart, headersEnd), buffer, headersEnd, end - 4);
  }

  #headers(buffer: Buffer, start: number, end: number): FrameHeaders {
    for (const { bytes, headers } of this.#knownHeaders) {
      if (bytes.length === end - start && buffer.compare(bytes, 0, bytes.length, start, end) === 0) return headers;
    }
    const headers = readFrameHeaders(buffer, start, end);
    if (this.#knownHeaders.length < KNOWN_HEADERS) {
      this.#knownHeaders.push({ bytes: Buffer.from(buffer.subarray(start, end)), headers });
    }
    return headers;
  }
}
