import { DEMOGRAPHICS, GENRES, productFromRecord, recordFromProduct, type Product, type SeriesRecord } from '@manga-assist/catalogue';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { mangaIdOf } from '../series-row.ts';
import { BadRow } from './row.ts';

const text = (maxLength: number) => ({ type: 'string', maxLength, default: '' });
const texts = { type: 'array', maxItems: 100, items: { type: 'string', minLength: 1, maxLength: 300 }, default: [] };
const year = { type: 'integer', minimum: 0, maximum: 2_100 };
const TITLES = ['title_ja', 'title_en', 'title_romaji', 'title_kana'] as const;

const isRecord = new Ajv2020({ useDefaults: true, allErrors: true }).compile<SeriesRecord>({
  type: 'object',
  properties: {
    manga_id: { type: 'string', pattern: '^MNG-[A-Z0-9]{8}$' },
    ...Object.fromEntries(TITLES.map((field) => [field, text(300)])),
    aliases: texts,
    authors: {
      type: 'array',
      maxItems: 50,
      items: { type: 'object', properties: { name: { type: 'string', minLength: 1, maxLength: 200 }, kana: text(200), romaji: text(200) }, required: ['name'] },
      default: [],
    },
    publisher: text(200),
    start_year: { ...year, default: 0 },
    end_year: { anyOf: [year, { type: 'null' }], default: null },
    status: { enum: ['finished', 'ongoing', 'hiatus', ''], default: '' },
    volumes: { type: 'integer', minimum: 0, maximum: 9_999, default: 0 },
    demographic: { enum: [...DEMOGRAPHICS, ''], default: '' },
    genres: { type: 'array', items: { enum: GENRES }, default: [] },
    themes: texts,
    themes_ja: texts,
    content_flags: texts,
    synopsis_en: text(20_000),
    synopsis_ja: text(20_000),
    price_jpy: { anyOf: [{ type: 'integer', minimum: 1, maximum: 1_000_000 }, { type: 'null' }], default: null },
    stock: { type: 'array', maxItems: 9_999, items: { type: 'integer', minimum: 0 }, default: [] },
  },
  required: ['manga_id'],
});

/** A record of which all but a title may be missing; without a `manga_id` it gets the one of its title. Errors: `BadRow`. */
export function productFromLooseRecord(value: unknown): Product {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new BadRow('is not an object');
  const record = Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) as Record<string, unknown>;
  const title = TITLES.map((field) => record[field]).find((member) => typeof member === 'string' && member.trim() !== '');
  if (typeof title !== 'string') throw new BadRow('has no title');
  record['manga_id'] ??= mangaIdOf(title);
  return productFromRecord(checkedRecord(record));
}

/** The same bounds for a product from elsewhere. Errors: `BadRow`. */
export function checkedProduct(product: Product): Product {
  checkedRecord({ ...recordFromProduct(product) });
  return product;
}

function checkedRecord(record: Record<string, unknown>): SeriesRecord {
  if (isRecord(record)) return record;
  throw new BadRow((isRecord.errors ?? []).slice(0, 4).map(({ instancePath, message }) => `${instancePath.slice(1)} ${message ?? 'is wrong'}`).join('; '));
}
