import { asNumber, asString, isObject, type JsonObject } from '../../../messages/json.ts';
import type { Fence } from '../briefing/fences.ts';
import { hasJapanese, type Language } from '../../text.ts';

/** What a catalogue says of one series, from JSON in any of the usual spellings or from `Title: …` lines. */
export interface Entry {
  /** What the catalogue calls it by; empty when it has no id. */
  id: string;
  titleEn: string;
  titleJa: string;
  /** As the catalogue writes them, and in Latin letters where it has those. */
  authors: string[];
  authorsLatin: string[];
  publisher: string;
  genres: string[];
  themesEn: string[];
  themesJa: string[];
  demographic: string;
  flags: string[];
  synopsisEn: string;
  synopsisJa: string;
  startYear: number | undefined;
  endYear: number | undefined;
  volumes: number | undefined;
  status: string;
  /** All its words. */
  text: string;
}

/** A name in lower case without `_`, `-` and blanks: titleJa, title_ja and Title JA are one. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');
const LINE = /^[ \t]{0,8}[-*]?[ \t]{0,8}([A-Za-z][\w /()-]{1,40}|[\u3040-\u30ff\u3400-\u9fff]{2,12})[ \t]{0,8}[:：][ \t]{0,8}(\S.*)$/gm;
const JAPANESE_LABELS: Readonly<Record<string, string>> = { 作品名: 'title', タイトル: 'title', 作者: 'author', 著者: 'author', あらすじ: 'synopsis', 紹介: 'synopsis', ジャンル: 'genres', テーマ: 'themes', 出版社: 'publisher', 巻数: 'volumes', 対象: 'demographic' };

export function readEntry({ json, text }: Pick<Fence, 'json' | 'text'>): Entry {
  const fields = fieldsOf(isObject(json) ? json : linesOf(text));
  const first = (...names: string[]): unknown => names.map((name) => fields.get(name)).find((value) => value !== undefined && value !== null && value !== '');
  const words = (...names: string[]): string => asString(first(...names))?.trim() ?? '';
  const title = words('title', 'name', 'serieslabel', 'series');
  const synopsis = words('synopsis', 'description', 'summary', 'about', 'plot');
  const themes = list(first('themes', 'themekeywords', 'keywords', 'tags'));
  return {
    id: String(first('mangaid', 'id', 'seriesid', 'productid') ?? ''),
    titleEn: words('titleen', 'titleenglish', 'englishtitle') || (hasJapanese(title) ? words('titleromaji') : title),
    titleJa: words('titleja', 'titlejp', 'titlejapanese', 'japanesetitle') || (hasJapanese(title) ? title : ''),
    authors: list(first('authors', 'author', 'creators', 'creator')),
    authorsLatin: list(first('authors', 'author', 'creators', 'creator'), ['romaji', 'nameen', 'name']),
    publisher: words('publisher'),
    genres: list(first('genres', 'genre', 'genretags')),
    themesEn: list(first('themesen')).concat(themes.filter((theme) => !hasJapanese(theme))),
    themesJa: list(first('themesja')).concat(themes.filter(hasJapanese)),
    demographic: words('demographic', 'targetdemographic', 'readership').toLowerCase(),
    flags: list(first('contentflags', 'contentwarnings', 'warnings')),
    synopsisEn: words('synopsisen', 'descriptionen', 'synopsisenglish') || (hasJapanese(synopsis) ? '' : synopsis),
    synopsisJa: words('synopsisja', 'descriptionja', 'synopsisjapanese', 'descriptionjapanese') || (hasJapanese(synopsis) ? synopsis : ''),
    startYear: asNumber(first('startyear', 'year')) ?? yearIn(words('startyear', 'year')),
    endYear: asNumber(first('endyear')),
    volumes: asNumber(first('volumes', 'volumecount')) ?? yearIn(words('volumes'), /\d{1,3}/),
    status: words('status'),
    text: isObject(json) ? textsOf(json).join('\n') : text,
  };
}

export function titleOf({ titleEn, titleJa }: Entry, language: Language): string {
  const title = language === 'ja' ? titleJa || titleEn : titleEn || titleJa;
  return title || (language === 'ja' ? 'この作品' : 'This series');
}

export function synopsisOf({ synopsisEn, synopsisJa }: Entry, language: Language): string {
  return language === 'ja' ? synopsisJa : synopsisEn;
}

/** Entries wrap their fields now and then: `{ series: { … }, additional_context }`. */
function fieldsOf(json: JsonObject): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(json)) {
    if (isObject(value) && ['series', 'entry', 'manga', 'item'].includes(plain(name))) for (const [inner, its] of fieldsOf(value)) fields.set(inner, its);
    else if (isObject(value) && ['title', 'synopsis', 'themes', 'description'].includes(plain(name))) for (const [language, its] of Object.entries(value)) fields.set(`${plain(name)}${language}`, its);
    else fields.set(plain(name), value);
  }
  return fields;
}

function linesOf(text: string): JsonObject {
  const found = Array.from(text.matchAll(LINE), ([, label = '', value = '']): [string, string] => [JAPANESE_LABELS[label] ?? label, value.trim()]);
  return found.length > 0 ? Object.fromEntries(found) : { synopsis: text };
}

function list(value: unknown, members: readonly string[] = ['name', 'label', 'romaji']): string[] {
  if (typeof value === 'string') return value.split(/[,、;/]/).map((part) => part.trim()).filter(Boolean);
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const name = isObject(item) ? members.map((member) => item[member]).find((found) => found !== undefined) : item;
    return typeof name === 'string' && name.trim() !== '' ? [name.trim()] : [];
  });
}

function yearIn(text: string, pattern = /\b(?:19|20)\d\d\b/): number | undefined {
  const found = pattern.exec(text)?.[0];
  return found === undefined ? undefined : Number(found);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isObject(value) ? Object.values(value).flatMap(textsOf) : [];
}
