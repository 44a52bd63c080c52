import type { Colour } from './colours.ts';
import { readPng } from './read-png.ts';

/** What the bytes of a picture say: nothing of it is guessed. */
export interface ImageFindings {
  format: 'png' | 'jpeg' | 'gif' | 'webp' | 'unknown';
  bytes: number;
  /** In pixels; 0 when the bytes do not say. */
  width: number;
  height: number;
  /** Most first; empty where the pixels were not decoded. */
  colours: Colour[];
}

/** Looks at the real bytes: format and size of all four kinds, colours of PNG. */
export function readImage(bytes: Buffer): ImageFindings {
  const found = (format: ImageFindings['format'], [width, height]: readonly [number, number], colours: Colour[] = []): ImageFindings => ({ format, bytes: bytes.length, width, height, colours });
  try {
    const start = bytes.toString('latin1', 0, 12);
    if (start.startsWith('\x89PNG')) {
      const { width, height, colours } = readPng(bytes);
      return found('png', [width, height], colours);
    }
    if (start.startsWith('\xff\xd8')) return found('jpeg', jpegSize(bytes));
    if (start.startsWith('GIF8')) return found('gif', [bytes.readUInt16LE(6), bytes.readUInt16LE(8)]);
    if (start.startsWith('RIFF') && start.endsWith('WEBP')) return found('webp', webpSize(bytes));
  } catch {
    // Bytes that end too early say no more than this.
  }
  return found('unknown', [0, 0]);
}

/** The frame header holds the size; everything before it is skipped by its length. */
function jpegSize(bytes: Buffer): readonly [number, number] {
  let at = 2;
  while (at + 9 < bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return [0, 0];
}

function webpSize(bytes: Buffer): readonly [number, number] {
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') return [1 + bytes.readUIntLE(24, 3), 1 + bytes.readUIntLE(27, 3)];
  if (kind === 'VP8 ') return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  const bits = bytes.readUInt32LE(21);
  return [1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff)];
}
