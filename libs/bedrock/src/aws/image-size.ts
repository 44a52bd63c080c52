import type { ImageBlock } from '../model-request.ts';

export interface ImageSize {
  format: ImageBlock['format'];
  /** In pixels; undefined where they do not stand in the first bytes. */
  width?: number;
  height?: number;
}

/** What an image is and how large, from its first bytes, without decoding it. */
export function imageSize(image: Uint8Array): ImageSize | 'unknown-format' {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  if (bytes.subarray(1, 4).equals(Buffer.from('PNG')) && bytes[0] === 0x89) {
    return bytes.length < 24 ? { format: 'png' } : { format: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (bytes.toString('latin1', 0, 4) === 'GIF8') {
    return bytes.length < 10 ? { format: 'gif' } : { format: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  // WebP hides its size behind one of three encodings.
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return { format: 'webp' };
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { format: 'jpeg', ...jpegSize(bytes) };
  return 'unknown-format';
}

/** Walks the segments of a JPEG to its frame header (SOF0 to SOF15, but for the tables C4, C8 and CC). */
function jpegSize(bytes: Buffer): { width?: number; height?: number } {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return {};
}
