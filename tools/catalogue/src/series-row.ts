import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DEMOGRAPHICS, type Demographic, type Genre, type Product } from '@manga-assist/catalogue';

/** A series as public lists have it: nothing but the native title is sure. */
export interface SeriesRow {
  native: string;
  romaji?: string | null;
  english?: string | null;
  /** Reading of the title in katakana. */
  kana?: string | null;
  aliases?: string[] | null;
  authors?: string[] | null;
  /** Readings of `authors`, in the same order. */
  authorsKana?: string[] | null;
  startYear?: number | null;
  endYear?: number | null;
  /** `FINISHED`, `RELEASING`, `HIATUS`, `CANCELLED`. */
  status?: string | null;
  demographic?: string | null;
  genres?: string[] | null;
  themes?: string[] | null;
  contentFlags?: string[] | null;
  synopsis?: string | null;
}

interface Vocabulary {
  /** Words of genres and themes that are a genre of ours. */
  genres: Record<string, Genre>;
  themesJa: Record<string, string>;
  /** Words that a shopper can refuse ("no fan service"). */
  flags: Record<string, string>;
}

const vocabulary = JSON.parse(readFileSync(new URL('./series-vocabulary.json', import.meta.url), 'utf8')) as Vocabulary;
const GENRE_OF = byKey(vocabulary.genres);
const THEME_JA = byKey(vocabulary.themesJa);
const FLAG_OF = byKey(vocabulary.flags);

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ID_LETTERS = 8;
const ONLY_KANA = /^[\p{Script=Hiragana}\p{Script=Katakana}ー・!?\s]+$/u;

/** The product that a row tells of. What it does not tell is empty, 0 or null; nothing is guessed. */
export function productFromSeriesRow(row: SeriesRow): Product {
  const titleJa = row.native.trim();
  const titleRomaji = row.romaji?.trim() || titleJa;
  const genreWords = row.genres ?? [];
  const themeWords = row.themes ?? [];
  // A list's genre that is none of ours is still what the series is about.
  const themes = [...new Set([...themeWords, ...genreWords.filter((word) => GENRE_OF.get(keyOf(word)) === undefined && FLAG_OF.get(keyOf(word)) === undefined)])];
  const endYear = row.endYear ?? null;
  return {
    mangaId: mangaIdOf(titleJa),
    titleEn: row.english?.trim() || titleRomaji,
    titleJa,
    titleKana: row.kana?.trim() || (ONLY_KANA.test(titleJa.normalize('NFKC')) ? katakana(titleJa) : ''),
    titleRomaji,
    aliases: row.aliases ?? [],
    authors: (row.authors ?? []).map((name, index) => ({ name, kana: row.authorsKana?.[index] ?? '', romaji: '' })),
    publisher: '',
    startYear: row.startYear ?? 0,
    endYear,
    status: statusOf(row.status, endYear),
    volumes: 0,
    demographic: demographicOf(row.demographic),
    genres: [...new Set([...genreWords, ...themeWords].flatMap((word) => GENRE_OF.get(keyOf(word)) ?? []))],
    themes,
    themesJa: themes.map((theme) => THEME_JA.get(keyOf(theme)) ?? theme),
    contentFlags: [...new Set([...(row.contentFlags ?? []), ...genreWords, ...themeWords].flatMap((word) => FLAG_OF.get(keyOf(word)) ?? []))],
    synopsisEn: row.synopsis ?? '',
    synopsisJa: '',
    priceJpy: null,
    stock: [],
  };
}

/** `MNG-` and eight capitals and digits, always the same for the same native title, however wide it is written. */
export function mangaIdOf(native: string): string {
  const digest = createHash('sha256').update(native.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase()).digest();
  return `MNG-${Array.from(digest.subarray(0, ID_LETTERS), (byte) => LETTERS[byte % LETTERS.length]).join('')}`;
}

function statusOf(status: string | null | undefined, endYear: number | null): Product['status'] {
  const word = status?.toUpperCase() ?? '';
  if (word === 'HIATUS') return 'hiatus';
  if (word === 'FINISHED' || word === 'CANCELLED') return 'finished';
  if (word === 'RELEASING' || word === 'ONGOING') return 'ongoing';
  return endYear === null ? '' : 'finished';
}

function demographicOf(word: string | null | undefined): Demographic | '' {
  const slug = word?.normalize('NFKC').trim().toLowerCase().replace(/^sh(?:ou|ō)(nen|jo)$/, 'sho$1').replace(/^kids$/, 'kodomo');
  return DEMOGRAPHICS.find((demographic) => demographic === slug) ?? '';
}

function katakana(text: string): string {
  return text.normalize('NFKC').replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));
}

function byKey<T>(words: Record<string, T>): ReadonlyMap<string, T> {
  return new Map(Object.entries(words).map(([word, value]) => [keyOf(word), value]));
}

/** `Slice of Life`, `slice-of-life` and `slice_of_life` are one word. */
function keyOf(word: string): string {
  return word.normalize('NFKC').toLowerCase().replace(/['’]/g, '').replace(/[\s_-]+/g, ' ').trim();
}
