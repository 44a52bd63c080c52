import type { Product } from '@manga-assist/catalogue';
import { mangaIdOf } from '../series-row.ts';
import { graphNodes } from './json-ld-graph.ts';
import { productFromLooseRecord } from './product-from-loose-record.ts';
import { BadRow, rowOf, type Row } from './row.ts';

/** Asked for by the dataset's terms whenever it has been worked on. */
export const MADB_ATTRIBUTION = '出典「メディア芸術データベースデータセット」を加工して作成';

/** The database moved on 2024-11-26; files of before name the first. */
const IDENTIFIER = /^(?:https?:\/\/mediaarts-db\.(?:bunka|artmuseums)\.go\.jp\/id\/|madb:)([A-Za-z]+\d+)\/?$/;

interface Volume {
  line: number;
  text: string;
  title: string;
  kana: string;
  authors: string[];
  publisher: string;
  year: number;
  number: number;
  price: number;
}

/** The volumes (`class:MangaBook`) of a Media Arts Database file, joined to series. Demographic, English title and synopsis are not in it. */
export async function* readMadb(file: string): AsyncIterable<Row> {
  const series = new Map<string, Volume[]>();
  for await (const { line, text } of graphNodes(file)) {
    try {
      const node = fieldsOf(JSON.parse(text));
      if (!texts(node['@type'] ?? node['type']).some((type) => /(?:^|[:/#])MangaBook$/.test(type))) continue;
      const volume = volumeOf(node, line, text);
      const key = identifierIn(node['isPartOf']) ?? volume.title;
      const volumes = series.get(key);
      if (volumes === undefined) series.set(key, [volume]);
      else volumes.push(volume);
    } catch (error) {
      if (!(error instanceof BadRow) && !(error instanceof SyntaxError)) throw error;
      yield { line, problem: error instanceof BadRow ? error.message : 'is not JSON', text };
    }
  }
  for (const [key, volumes] of series) {
    const [first] = volumes;
    if (first !== undefined) yield rowOf(first.line, first.text, () => productOf(key, volumes));
  }
}

function productOf(key: string, volumes: readonly Volume[]): Product {
  const first = volumes.reduce((least, volume) => (volume.number < least.number ? volume : least));
  const [title = '', ...others] = first.title.split(/\s+=\s+/);
  const years = volumes.map(({ year }) => year).filter((year) => year > 0);
  const kana = volumes.find((volume) => volume.kana !== '')?.kana ?? '';
  return productFromLooseRecord({
    manga_id: mangaIdOf(`madb ${key}`),
    title_ja: title,
    title_kana: kana.split(/\s+=\s+/)[0]?.replace(/\s/g, '') ?? '',
    aliases: others,
    authors: [...new Set(volumes.flatMap(({ authors }) => authors))].map((name) => ({ name })),
    publisher: volumes.find(({ publisher }) => publisher !== '')?.publisher ?? '',
    start_year: years.length > 0 ? Math.min(...years) : 0,
    volumes: Math.max(...volumes.map(({ number }) => (number === Infinity ? 0 : number))),
    price_jpy: volumes.find(({ price }) => price > 0)?.price ?? null,
  });
}

function volumeOf(node: Record<string, unknown>, line: number, text: string): Volume {
  const names = texts(node['name'] ?? node['label']);
  const number = numberIn(node['volumeNumber']);
  const title = withoutNumber(names[0] ?? '', number);
  if (title === '') throw new BadRow('has no name');
  return {
    line,
    text,
    title,
    kana: withoutNumber(texts(node['name'], 'ja-hrkt')[0] ?? '', number),
    authors: texts(node['creator'] ?? node['author']).flatMap(authorsIn),
    publisher: texts(node['publisher'])[0]?.split('∥')[0]?.trim() ?? '',
    year: Number(/(?:19|20)\d\d/.exec(texts(node['datePublished'])[0] ?? '')?.[0] ?? 0),
    number: number ?? Infinity,
    price: numberIn(node['price']) ?? 0,
  };
}

/** `[著]尾田栄一郎　／　[原作]…`: roles go, each name stays. */
function authorsIn(text: string): string[] {
  return text.split('／').map((name) => (name.split('∥')[0] ?? '').replace(/\[[^\]]*\]|［[^］]*］/g, '').trim()).filter((name) => name !== '');
}

/** A value is a text, `{@value, @language}` or a list of both; the language is `ja-hrkt` for readings, none for the rest. */
function texts(value: unknown, language?: string): string[] {
  if (Array.isArray(value)) return value.flatMap((member) => texts(member, language));
  if (typeof value === 'string' || typeof value === 'number') return language === undefined ? [String(value).trim()] : [];
  if (value === null || typeof value !== 'object') return [];
  const { '@value': text, '@language': spoken } = value as Record<string, unknown>;
  const isReading = typeof spoken === 'string' && spoken.toLowerCase() === 'ja-hrkt';
  return typeof text === 'string' && isReading === (language === 'ja-hrkt') ? [text.trim()] : [];
}

function identifierIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(identifierIn).find((id) => id !== undefined);
  const id = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)['@id'] : value;
  return typeof id === 'string' ? IDENTIFIER.exec(id)?.[1] : undefined;
}

function numberIn(value: unknown): number | undefined {
  const digits = /\d+/.exec((texts(value)[0] ?? '').normalize('NFKC').replaceAll(',', ''))?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** Some names end in the number of the volume. */
function withoutNumber(name: string, number: number | undefined): string {
  const shorter = number === undefined ? name : name.replace(new RegExp(`[\\s(（]+(?:第?0*${number}巻?)[)）]?$`), '');
  return shorter.trim() || name;
}

/** Fields by their local name: `schema:name` and `https://schema.org/name` are `name`. */
function fieldsOf(node: unknown): Record<string, unknown> {
  if (node === null || typeof node !== 'object') throw new BadRow('is not an object');
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name.startsWith('@') ? name : name.replace(/^.*[:/#]/, ''), value]));
}
