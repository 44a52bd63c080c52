import { describe, expect, it } from '@jest/globals';
import { deflateSync, crc32 } from 'node:zlib';
import type { ContentBlock } from '../../../messages/messages-request.ts';
import { answerAs, fence, object, SHARE, TEXT, TEXTS } from '../../../testing/job-request.ts';
import { readImage } from './read-image.ts';

type Rgb = readonly [number, number, number];

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function png(width: number, height: number, colourType: number, rows: readonly Buffer[], extra: Buffer = Buffer.alloc(0), bitDepth = 8): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType], 8);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), extra, chunk('IDAT', deflateSync(Buffer.concat(rows))), chunk('IEND', Buffer.alloc(0))]);
}

/** Three quarters `main`, the rest `other`; each row is filtered by its own rule, as encoders do. */
function cover(width: number, height: number, main: Rgb, other: Rgb): Buffer {
  const plain = Array.from({ length: height }, (_, y) => Buffer.from(Array.from({ length: width }, () => [...(y * 4 < height * 3 ? main : other)]).flat()));
  const rows = plain.map((row, y) => {
    const filter = y % 3;
    const filtered = Buffer.from(row.map((value, x) => value - (filter === 1 ? (x >= 3 ? (row[x - 3] ?? 0) : 0) : filter === 2 ? (plain[y - 1]?.[x] ?? 0) : 0)));
    return Buffer.concat([Buffer.from([filter]), filtered]);
  });
  return png(width, height, 2, rows);
}

describe('a cover', () => {
  it('is measured, and its colours are counted, from the decoded pixels', () => {
    const { format, width, height, colours } = readImage(cover(40, 60, [200, 20, 20], [10, 10, 60]));

    expect({ format, width, height }).toEqual({ format: 'png', width: 40, height: 60 });
    expect(colours).toEqual([{ hex: '#c81414', name: 'red', share: 0.75 }, { hex: '#0a0a3c', name: 'dark blue', share: 0.25 }]);
  });

  it('may have a palette, grey levels or few bits', () => {
    const palette = png(8, 1, 3, [Buffer.from([0, 0b00000001])], chunk('PLTE', Buffer.from([255, 255, 255, 0, 0, 0])), 1);
    const grey = png(2, 1, 0, [Buffer.from([0, 128, 128])]);

    expect(readImage(palette).colours).toEqual([{ hex: '#ffffff', name: 'white', share: 0.875 }, { hex: '#000000', name: 'black', share: 0.125 }]);
    expect(readImage(grey).colours).toEqual([{ hex: '#808080', name: 'grey', share: 1 }]);
  });

  it('of another kind is measured only, and damage is survived', () => {
    const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108012c00c803012200021101031101ffd9', 'hex');
    const gif = Buffer.concat([Buffer.from('GIF89a'), Buffer.from([0x40, 0x01, 0xf0, 0x00, 0, 0])]);
    const whole = cover(40, 60, [200, 20, 20], [10, 10, 60]);

    expect(readImage(jpeg)).toMatchObject({ format: 'jpeg', width: 200, height: 300, colours: [] });
    expect(readImage(gif)).toMatchObject({ format: 'gif', width: 320, height: 240 });
    expect(readImage(whole.subarray(0, whole.length - 30))).toMatchObject({ format: 'png', width: 40, height: 60, colours: [] });
    expect(readImage(Buffer.from('not a picture'))).toMatchObject({ format: 'unknown', width: 0 });
  });

  it('is told in words, with nothing read into it', () => {
    const image: ContentBlock = { type: 'image', body: { type: 'image', source: { type: 'base64', media_type: 'image/png', data: cover(40, 60, [200, 20, 20], [10, 10, 60]).toString('base64') } } };
    const schema = object({ description: TEXT, colours: TEXTS, mood: TEXTS, visible_text: TEXTS, shows: { type: 'array', items: { enum: ['blood', 'nudity'] }, uniqueItems: true }, is_suitable_for_shop_window: { type: 'boolean' }, confidence: SHARE });

    expect(answerAs(schema, 'You describe covers.', [image, { type: 'text', text: fence('catalogue_entry', { title: 'Quiet Days', synopsis: 'Two sisters keep a tea house.' }) }])).toEqual({
      description: expect.stringMatching(/^A portrait PNG/), colours: ['red', 'dark blue'], mood: ['dark and heavy'], visible_text: [], shows: [], is_suitable_for_shop_window: true, confidence: 0.9,
    });
  });

  it('is told as the schema of a job asks', () => {
    const image: ContentBlock = { type: 'image', body: { type: 'image', source: { type: 'base64', media_type: 'image/png', data: cover(40, 60, [200, 20, 20], [10, 10, 60]).toString('base64') } } };
    const schema = object({
      format: { enum: ['jpeg', 'png', 'gif', 'webp'] }, width: { type: 'integer' }, height: { type: 'integer' }, orientation: { enum: ['portrait', 'landscape', 'square'] },
      dominant_colours: { type: 'array', items: object({ hex: { type: 'string', pattern: '^#[0-9a-f]{6}$' }, name: TEXT, share: SHARE }) }, mood: TEXT, description: TEXT,
    });

    expect(answerAs(schema, 'You look at covers of manga.', [image, { type: 'text', text: 'What is on this cover?' }])).toEqual({
      format: 'png', width: 40, height: 60, orientation: 'portrait', dominant_colours: [{ hex: '#c81414', name: 'red', share: 0.75 }, { hex: '#0a0a3c', name: 'dark blue', share: 0.25 }],
      mood: 'dark and heavy', description: 'A portrait PNG picture of 40 by 60 pixels. It is mostly red, dark blue.',
    });
  });
});
