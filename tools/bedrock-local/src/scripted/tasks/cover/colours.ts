export interface Colour {
  hex: string;
  name: string;
  /** Share of the picture, 0 to 1. */
  share: number;
}

export type PixelReader = (x: number, y: number) => readonly [red: number, green: number, blue: number];

const MOST_SAMPLES_A_SIDE = 200;
const MOST_COLOURS = 5;
/** Smaller areas are not what a cover is remembered by. */
const LEAST_SHARE = 0.02;

/** The colours that cover most of a picture, alike ones counted together. */
export function coloursOf(width: number, height: number, pixel: PixelReader): Colour[] {
  const stepX = Math.max(1, Math.floor(width / MOST_SAMPLES_A_SIDE));
  const stepY = Math.max(1, Math.floor(height / MOST_SAMPLES_A_SIDE));
  const bins = new Map<number, { count: number; red: number; green: number; blue: number }>();
  let samples = 0;
  for (let y = 0; y < height; y += stepY) {
    for (let x = 0; x < width; x += stepX) {
      const [red, green, blue] = pixel(x, y);
      const key = ((red >> 5) << 6) | ((green >> 5) << 3) | (blue >> 5);
      const bin = bins.get(key) ?? { count: 0, red: 0, green: 0, blue: 0 };
      Object.assign(bin, { count: bin.count + 1, red: bin.red + red, green: bin.green + green, blue: bin.blue + blue });
      bins.set(key, bin);
      samples += 1;
    }
  }
  return [...bins.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_COLOURS)
    .filter(({ count }) => count / samples >= LEAST_SHARE)
    .map(({ count, red, green, blue }) => {
      const mean = [red, green, blue].map((sum) => Math.round(sum / count)) as [number, number, number];
      return { hex: `#${mean.map((value) => value.toString(16).padStart(2, '0')).join('')}`, name: nameOf(mean), share: Math.round((count / samples) * 1_000) / 1_000 };
    });
}

/** From this hue, in degrees, to the next one. */
const HUES: ReadonlyArray<readonly [number, string]> = [[0, 'red'], [16, 'orange'], [46, 'yellow'], [70, 'green'], [165, 'cyan'], [195, 'blue'], [255, 'purple'], [300, 'pink'], [345, 'red']];

function nameOf([red, green, blue]: readonly [number, number, number]): string {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const spread = most - least;
  if (most < 40) return 'black';
  if (spread < 24) return least > 225 ? 'white' : 'grey';
  const hue = (60 * (most === red ? (green - blue) / spread : most === green ? 2 + (blue - red) / spread : 4 + (red - green) / spread) + 360) % 360;
  const name = HUES.findLast(([from]) => hue >= from)?.[1] ?? 'red';
  if (name === 'orange' && most < 160) return 'brown';
  return most < 110 ? `dark ${name}` : least > 150 ? `light ${name}` : name;
}
