import type { CardStock, ProductCard } from '@manga-assist/schemas/tools';

const MOST_CARDS = 20;
/** A server frame has at most 32 KiB. */
const MOST_BYTES = 28 * 1024;

/** The cards of a tool's answer, their known fields alone; what is no card is left out. They go to a browser, and no model reads them. */
export function readCards(value: unknown): ProductCard[] {
  if (!Array.isArray(value)) return [];
  const cards = value.slice(0, MOST_CARDS).flatMap((card: unknown) => (isRecord(card) ? readCard(card) : []));
  return Buffer.byteLength(JSON.stringify(cards)) > MOST_BYTES ? [] : cards;
}

function readCard({ manga_id, authors, price_jpy, stock, cover_url, ...others }: Readonly<Record<string, unknown>>): ProductCard[] {
  const titles = texts(others, ['title_ja', 'title_romaji', 'title_en']);
  if (typeof manga_id !== 'string' || Object.keys(titles).length === 0) return [];
  return [
    {
      manga_id,
      ...titles,
      authors: Array.isArray(authors) ? authors.filter((author) => typeof author === 'string') : [],
      price_jpy: isCount(price_jpy) ? price_jpy : null,
      stock: readStock(isRecord(stock) ? stock : {}),
      cover_url: typeof cover_url === 'string' && /^https?:\/\//.test(cover_url) ? cover_url : null,
      ...texts(others, ['reason']),
    },
  ];
}

function readStock({ volumes, volumes_in_stock, volume, quantity }: Readonly<Record<string, unknown>>): CardStock {
  return {
    volumes: isCount(volumes) ? volumes : 0,
    volumes_in_stock: isCount(volumes_in_stock) ? volumes_in_stock : 0,
    ...(isCount(volume) && isCount(quantity) && { volume, quantity }),
  };
}

function texts<Name extends string>(fields: Readonly<Record<string, unknown>>, names: readonly Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') found[name] = value;
  }
  return found;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
