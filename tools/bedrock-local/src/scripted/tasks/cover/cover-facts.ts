import type { Language } from '../../text.ts';
import { once } from '../once.ts';
import { Named, type Facts } from '../schema/facts.ts';
import type { Colour } from './colours.ts';
import { readImage, type ImageFindings } from './read-image.ts';

const COLOURS_JA: Readonly<Record<string, string>> = { black: '黒', white: '白', grey: '灰色', red: '赤', orange: 'オレンジ', brown: '茶色', yellow: '黄色', green: '緑', cyan: '水色', blue: '青', purple: '紫', pink: 'ピンク' };

/** What can be said of a cover from its bytes: format, size in pixels, colours. */
export function coverFacts({ data }: { data: string }): Facts {
  const image = once(() => readImage(Buffer.from(data, 'base64')));
  const shape = (): string => (image().height > image().width ? 'portrait' : image().height < image().width ? 'landscape' : 'square');
  return {
    width: () => image().width,
    height: () => image().height,
    width_px: () => image().width,
    height_px: () => image().height,
    pixels: () => image().width * image().height,
    size: () => ({ width: image().width, height: image().height }),
    dimensions: () => ({ width: image().width, height: image().height }),
    format: () => image().format,
    image_format: () => image().format,
    mime_type: () => `image/${image().format}`,
    media_type: () => `image/${image().format}`,
    content_type: () => `image/${image().format}`,
    bytes: () => image().bytes,
    size_bytes: () => image().bytes,
    orientation: shape,
    aspect_ratio: () => (image().height === 0 ? 0 : Math.round((image().width / image().height) * 1_000) / 1_000),
    colours: (language: Language) => namedColours(image().colours, language),
    brightness: () => brightnessOf(image().colours),
    list: (language: Language) => namedColours(image().colours, language),
    visible_text: [],
    shows: [],
    is_cover: () => shape() === 'portrait',
    has_text: false,
    has_person: false,
    mood: (language: Language) => moodOf(brightnessOf(image().colours), language),
    summary: (language: Language) => described(image(), shape(), language),
    reason: (language: Language) => described(image(), shape(), language),
    warnings: [],
    confidence: () => (image().colours.length > 0 ? 0.9 : image().width > 0 ? 0.6 : 0.2),
    score: () => (image().width >= 600 && image().height >= 800 ? 0.9 : image().width >= 200 ? 0.6 : 0.3),
    evidence: (language: Language) => image().colours.map((colour) => `${nameIn(colour.name, language)} ${colour.hex}`),
  };
}

/** Shades of one name are one colour to whoever reads names. */
function namedColours(colours: readonly Colour[], language: Language): Named[] {
  return colours.filter(({ name }, index) => colours.findIndex((other) => other.name === name) === index).map((colour) => namedColour(colour, language));
}

function namedColour({ hex, name, share }: Colour, language: Language): Named {
  const facts = { hex, name: nameIn(name, language), colour: hex, color: hex, slug: name, share, percentage: share * 100, percent: share * 100, proportion: share, fraction: share, coverage: share, title: nameIn(name, language), id: hex, code: hex, value: hex };
  return new Named(nameIn(name, language), facts);
}

function nameIn(name: string, language: Language): string {
  if (language === 'en') return name;
  return name.replace(/^dark (\w+)$/, (_, plain: string) => `暗い${COLOURS_JA[plain] ?? plain}`).replace(/^light (\w+)$/, (_, plain: string) => `明るい${COLOURS_JA[plain] ?? plain}`).replace(/^\w+$/, (plain) => COLOURS_JA[plain] ?? plain);
}

/** 0 black to 1 white. */
function brightnessOf(colours: readonly Colour[]): number {
  const total = colours.reduce((sum, { share }) => sum + share, 0);
  if (total === 0) return 0.5;
  const bright = colours.reduce((sum, { hex, share }) => sum + share * (Number.parseInt(hex.slice(1, 3), 16) * 0.299 + Number.parseInt(hex.slice(3, 5), 16) * 0.587 + Number.parseInt(hex.slice(5, 7), 16) * 0.114), 0);
  return Math.round((bright / total / 255) * 100) / 100;
}

function moodOf(brightness: number, language: Language): string {
  if (brightness < 0.35) return language === 'ja' ? '暗く重い' : 'dark and heavy';
  if (brightness > 0.7) return language === 'ja' ? '明るく軽やか' : 'bright and light';
  return language === 'ja' ? '落ち着いた' : 'balanced';
}

function described({ format, width, height, colours }: ImageFindings, shape: string, language: Language): string {
  const names = [...new Set(colours.map(({ name }) => nameIn(name, language)))].slice(0, 3);
  if (language === 'ja') return `${width}×${height}ピクセルの${format.toUpperCase()}画像です。${names.length > 0 ? `主な色は${names.join('、')}です。` : '色は読み取れませんでした。'}`;
  return `A ${shape} ${format.toUpperCase()} picture of ${width} by ${height} pixels. ${names.length > 0 ? `It is mostly ${names.join(', ')}.` : 'Its colours could not be read.'}`;
}
