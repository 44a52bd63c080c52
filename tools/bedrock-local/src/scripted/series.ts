import { asArray, asNumber, asString, isObject, type JsonObject } from '../messages/json.ts';

/** A series as the catalogue described it: the only source of names in an answer. */
export interface Series {
  id?: string;
  titleJa?: string;
  titleRomaji?: string;
  titleEn?: string;
  aliases: string[];
  authors: string[];
  genres: string[];
  demographic?: string;
  description?: string;
  startYear?: number;
  volumes?: number;
  status?: string;
  priceJpy?: number;
  reason?: string;
}

const LISTS = ['results', 'items', 'series', 'similar', 'recommendations', 'manga', 'matches'];

/** The series in a search result, whichever of the usual shapes it has. */
export function seriesIn(content: unknown): Series[] {
  if (Array.isArray(content)) return content.flatMap((item) => (isObject(item) ? toSeries(item) : []));
  if (!isObject(content)) return [];
  for (const key of LISTS) if (Array.isArray(content[key])) return seriesIn(content[key]);
  if (isObject(content['series'])) return seriesIn(content['series']);
  return toSeries(content);
}

function toSeries(item: JsonObject): Series[] {
  const plain = asString(item['title']) ?? asString(item['name']);
  const titleJa = asString(item['title_ja']) ?? asString(item['title_jp']);
  const titleEn = asString(item['title_en']) ?? plain;
  const titleRomaji = asString(item['title_romaji']);
  if (!titleJa && !titleEn && !titleRomaji) return [];
  const series: Series = {
    aliases: texts(item['aliases']),
    authors: names(item['authors'] ?? item['author']),
    genres: texts(item['genres'] ?? item['genre']),
  };
  if (titleJa) series.titleJa = titleJa;
  if (titleEn) series.titleEn = titleEn;
  if (titleRomaji) series.titleRomaji = titleRomaji;
  assignText(series, 'id', item['manga_id'] ?? item['id'] ?? item['product_id']);
  assignText(series, 'demographic', item['demographic']);
  assignText(series, 'description', item['description'] ?? item['description_ja'] ?? item['description_en'] ?? item['synopsis']);
  assignText(series, 'status', item['status']);
  assignText(series, 'reason', item['reason']);
  assignNumber(series, 'startYear', item['start_year'] ?? item['year']);
  assignNumber(series, 'volumes', item['volumes']);
  assignNumber(series, 'priceJpy', item['price_jpy'] ?? item['price']);
  return [series];
}

/** The description in the language of the answer, when the catalogue has both. */
export function describedIn(content: unknown, language: 'ja' | 'en'): unknown {
  if (!isObject(content)) return content;
  const list = LISTS.find((key) => Array.isArray(content[key]));
  const items = list ? asArray(content[list]) : [content];
  const described = items.map((item) => (isObject(item) && item[`description_${language}`] ? { ...item, description: item[`description_${language}`] } : item));
  return list ? { ...content, [list]: described } : described[0];
}

function assignText(series: Series, key: 'id' | 'demographic' | 'description' | 'status' | 'reason', value: unknown): void {
  const text = asString(value);
  if (text) series[key] = text;
}

function assignNumber(series: Series, key: 'startYear' | 'volumes' | 'priceJpy', value: unknown): void {
  const number = asNumber(value);
  if (number !== undefined) series[key] = number;
}

function texts(value: unknown): string[] {
  return typeof value === 'string' ? [value] : asArray(value).filter((item): item is string => typeof item === 'string');
}

function names(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return asArray(value).flatMap((item) => {
    const name = typeof item === 'string' ? item : isObject(item) ? (asString(item['name']) ?? asString(item['romaji'])) : undefined;
    return name ? [name] : [];
  });
}
