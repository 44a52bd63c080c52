import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

type Colour = readonly [red: number, green: number, blue: number];

const WIDTH = 120;
const HEIGHT = 180;
const BAND = 36;

/** A cover for a series of the demo store, always the same for the same id: a ground, a band where the title would be, a disc. A real PNG, and nobody's drawing. */
export function drawCover(mangaId: string): Buffer {
  const seed = createHash('sha256').update(mangaId).digest();
  const byte = (index: number): number => seed[index % seed.length] ?? 0;
  const colour = (index: number): Colour => [byte(index), byte(index + 1), byte(index + 2)];
  const [ground, band, disc] = [colour(0), colour(3), colour(6)];
  const bandTop = 12 + (byte(9) % (HEIGHT - BAND - 24));
  const centre = { x: byte(10) % WIDTH, y: byte(11) % HEIGHT };
  const radius = 20 + (byte(12) % 30);
  return png((x, y) => {
    if (y >= bandTop && y < bandTop + BAND) return band;
    return (x - centre.x) ** 2 + (y - centre.y) ** 2 < radius ** 2 ? disc : ground;
  });
}

function png(colourAt: (x: number, y: number) => Colour): Buffer {
  const rows = Buffer.alloc((WIDTH * 3 + 1) * HEIGHT);
  let at = 0;
  for (let y = 0; y < HEIGHT; y++) {
    at++; // each row begins with its filter: none
    for (let x = 0; x < WIDTH; x++) for (const part of colourAt(x, y)) rows[at++] = part;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2], 8); // eight bits a channel, RGB
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  const check = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
