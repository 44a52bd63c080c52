import { readFileSync } from 'node:fs';
import { productFromLooseRecord } from './product-from-loose-record.ts';
import { BadRow, rowOf, type Row } from './row.ts';

/** Which column a field of ours is in. Lists are divided by `separator`, `;` unless told. */
export type CsvMap = Record<string, string | { column: string; separator?: string }>;

const LISTS = ['aliases', 'authors', 'genres', 'themes', 'themes_ja', 'content_flags', 'stock'];
const NUMBERS = ['start_year', 'end_year', 'volumes', 'price_jpy'];

const FIELDS = [
  'manga_id', 'title_ja', 'title_en', 'title_romaji', 'title_kana', 'publisher', 'status', 'demographic', 'synopsis_en', 'synopsis_ja', ...LISTS, ...NUMBERS,
];

/** What is wrong with a map of columns; undefined when nothing is. */
export function csvMapProblem(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'is not a map of columns: {"title_ja": "Title"}';
  const entries = Object.entries(value);
  const unknown = entries.map(([field]) => field).filter((field) => !FIELDS.includes(field));
  if (unknown.length > 0) return `names no field of ours: ${unknown.join(', ')}; there are ${FIELDS.join(', ')}`;
  const wrong = entries.filter(([, entry]) => typeof entry !== 'string' && typeof (entry as { column?: unknown } | null)?.column !== 'string').map(([field]) => field);
  return wrong.length > 0 ? `does not name the column of ${wrong.join(', ')}` : undefined;
}

/** RFC 4180 with a heading line, in UTF-8; a quoted value may have commas, quotes and line ends in it. */
export function* readCsv(file: string, map: CsvMap): Iterable<Row> {
  const records = parseCsv(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
  const heading = records.next().value?.values.map((name) => name.trim()) ?? [];
  const missing = Object.values(map).map((entry) => (typeof entry === 'string' ? entry : entry.column)).filter((column) => !heading.includes(column));
  if (missing.length > 0) throw new Error(`the file has no column ${missing.join(', ')}; it has ${heading.join(', ')}`);
  for (const { line, values } of records) {
    if (values.every((value) => value.trim() === '')) continue;
    yield rowOf(line, values.join(','), () => {
      if (values.length !== heading.length) throw new BadRow(`has ${values.length} values instead of ${heading.length}`);
      return productFromLooseRecord(recordOf(values, heading, map));
    });
  }
}

function recordOf(values: readonly string[], heading: readonly string[], map: CsvMap): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [field, entry] of Object.entries(map)) {
    const { column, separator = ';' } = typeof entry === 'string' ? { column: entry } : entry;
    const value = values[heading.indexOf(column)]?.trim() ?? '';
    if (value === '') continue;
    const parts = value.split(separator).map((part) => part.trim()).filter((part) => part !== '');
    if (field === 'authors') record[field] = parts.map((name) => ({ name }));
    else if (field === 'stock') record[field] = parts.map(numberOf);
    else if (LISTS.includes(field)) record[field] = parts;
    else record[field] = NUMBERS.includes(field) ? numberOf(value) : value;
  }
  return record;
}

/** `1,200円` is 1200; what is no number stays a text and is refused. */
function numberOf(text: string): number | string {
  const plain = text.normalize('NFKC').replace(/[,¥円年巻\s]/g, '');
  return /^-?\d+$/.test(plain) ? Number(plain) : text;
}

function* parseCsv(text: string): Generator<{ line: number; values: string[] }, undefined> {
  let line = 1;
  let startLine = 1;
  let values: string[] = [];
  let value = '';
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\n') line++;
    if (isQuoted) {
      if (character !== '"') value += character;
      else if (text[index + 1] === '"') value += text.charAt(++index);
      else isQuoted = false;
    } else if (character === '"' && value === '') isQuoted = true;
    else if (character === ',') {
      values.push(value);
      value = '';
    } else if (character === '\n') {
      yield { line: startLine, values: [...values, value.replace(/\r$/, '')] };
      values = [];
      value = '';
      startLine = line;
    } else value += character;
  }
  if (value !== '' || values.length > 0) yield { line: startLine, values: [...values, value] };
  return undefined;
}
