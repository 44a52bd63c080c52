import { inflateSync } from 'node:zlib';
import { coloursOf, type Colour, type PixelReader } from './colours.ts';

interface Header {
  width: number;
  height: number;
  bitDepth: number;
  colourType: number;
  isInterlaced: boolean;
}

/** Samples in each pixel by colour type: grey, red-green-blue, palette, grey and alpha, red-green-blue and alpha. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** A picture that unpacks to more than this is measured and not decoded. */
const MOST_RAW_BYTES = 64 * 1024 * 1024;

/** Size and dominant colours; interlaced and very large pictures are measured only. */
export function readPng(bytes: Buffer): { width: number; height: number; colours: Colour[] } {
  const parts: Buffer[] = [];
  let palette = Buffer.alloc(0);
  let header: Header | undefined;
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') header = { width: data.readUInt32BE(0), height: data.readUInt32BE(4), bitDepth: data[8] ?? 0, colourType: data[9] ?? 0, isInterlaced: data[12] === 1 };
    if (kind === 'PLTE') palette = Buffer.from(data);
    if (kind === 'IDAT') parts.push(data);
    if (kind === 'IEND') break;
    at += 12 + length;
  }
  if (!header) return { width: 0, height: 0, colours: [] };
  const { width, height } = header;
  return { width, height, colours: decoded(header, palette, parts) };
}

function decoded(header: Header, palette: Buffer, parts: readonly Buffer[]): Colour[] {
  const { width, height, bitDepth, colourType, isInterlaced } = header;
  const channels = CHANNELS[colourType];
  if (channels === undefined || isInterlaced) return [];
  const rowBytes = Math.ceil((width * channels * bitDepth) / 8);
  if (rowBytes * height > MOST_RAW_BYTES) return [];
  try {
    const raw = inflateSync(Buffer.concat(parts), { maxOutputLength: (rowBytes + 1) * height });
    const rows = unfiltered(raw, rowBytes, height, Math.max(1, (channels * bitDepth) >> 3));
    return coloursOf(width, height, pixelReader(header, palette, rows, rowBytes, channels));
  } catch {
    // Damaged pixels: the header was still right.
    return [];
  }
}

/** Undoes the filter that each row names in its first byte. */
function unfiltered(raw: Buffer, rowBytes: number, height: number, step: number): Buffer {
  const rows = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (rowBytes + 1)] ?? 0;
    const from = y * (rowBytes + 1) + 1;
    const to = y * rowBytes;
    for (let x = 0; x < rowBytes; x++) {
      const left = x >= step ? (rows[to + x - step] ?? 0) : 0;
      const up = y > 0 ? (rows[to + x - rowBytes] ?? 0) : 0;
      const corner = x >= step && y > 0 ? (rows[to + x - rowBytes - step] ?? 0) : 0;
      rows[to + x] = (raw[from + x] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  return rows;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const guess = left + up - corner;
      const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
    default:
      return 0;
  }
}

function pixelReader({ bitDepth, colourType }: Header, palette: Buffer, rows: Buffer, rowBytes: number, channels: number): PixelReader {
  const sample = (x: number, y: number, channel: number): number => {
    const bit = (x * channels + channel) * bitDepth;
    const byte = rows[y * rowBytes + (bit >> 3)] ?? 0;
    if (bitDepth >= 8) return byte;
    const value = (byte >> (8 - bitDepth - (bit & 7))) & ((1 << bitDepth) - 1);
    return colourType === 3 ? value : Math.round((value * 255) / ((1 << bitDepth) - 1));
  };
  return (x, y) => {
    const first = sample(x, y, 0);
    if (colourType === 3) return [palette[first * 3] ?? 0, palette[first * 3 + 1] ?? 0, palette[first * 3 + 2] ?? 0];
    return channels < 3 ? [first, first, first] : [first, sample(x, y, 1), sample(x, y, 2)];
  };
}
