import type { Series } from '../series.ts';
import { isSameTitle } from '../match-title.ts';
import { GENRE_WORDS, genreName } from './genres.ts';
import { ENGLISH_NUMERAL, NUMERAL, parseNumeral } from './numerals.ts';

/** What a recommendation must keep to; nothing that a search could be asked for. */
export interface Wishes {
  unwantedGenres: string[];
  unwantedTitle?: string;
  wantsUnfinished: boolean;
  /** The most volumes that a series may have. */
  mostVolumes?: number;
}

const UNWANTED_EN =
  String.raw`\b(?:no|not|without|except|avoid|hate|(?:don't|do not|didn't) (?:like|want|enjoy|love)|other than|anything but|tired of|sick of)\s+(?:(?:too much|any|more|a|the|into)\s+)*`;
const UNWANTED_JA = '(?:漫画|マンガ|もの|系|要素)?(?:以外(?:で|の)?|じゃな(?:い|く)て?|ではな(?:い|く)て?|抜きで?|[なナ]しで?|無しで?|(?:は|が)(?:嫌い?|いや|苦手|きらい|ちょっと)(?:なので|です|だから)?)';
const GENRES = GENRE_WORDS.map(({ slug, pattern: { source } }) => ({ slug, pattern: new RegExp(`${UNWANTED_EN}(?:${source})|(?:${source})${UNWANTED_JA}`, 'gi') }));
const UNWANTED_TITLES = [
  /^\s*(?:not|anything but|other than|except)\s+([^,.;]{2,40})[,.;]/i,
  /\b(?:other than|anything but|except(?: for)?)\s+([A-Z][^,.;?!]{1,40})(?=[,.;?!]|$)/,
  /^([^\s、。]{2,20}?)(?:以外(?:で|の)?|じゃなくて|ではなくて?)[、\s]*/,
];
const UNFINISHED = /(?:、?でも|けど、?)?(?:まだ)?完結し(?:て(?:い)?ない|ていません)(?:やつ|もの)?|未完結?の?|連載中の|\b(?:not|isn't|aren't)\s+(?:yet\s+)?(?:finished|completed?)\b|\bunfinished\b|\bongoing\b/gi;
const MOST_VOLUMES = [
  new RegExp(`全?(${NUMERAL})巻(?:以内|以下|未満|程度|くらいまで|までで)(?:で|の)?`),
  new RegExp(`\\b(?:under|less than|fewer than|up to|at most|no more than|within)\\s+(${ENGLISH_NUMERAL})\\s+(?:volumes?|vols?|books)\\b`, 'i'),
];

/** Horror以外, without romance, not One Piece, 10巻以内; the rest of the text no longer names them. */
export function readWishes(text: string): Wishes & { rest: string } {
  const wishes: Wishes = { unwantedGenres: [], wantsUnfinished: false };
  let rest = text;
  const take = (pattern: RegExp): string | undefined => {
    const found = rest.match(new RegExp(pattern.source, pattern.flags.replace('g', '')));
    if (found) rest = rest.replace(pattern, ' ');
    return found ? (found[1] ?? '') : undefined;
  };
  for (const { slug, pattern } of GENRES) if (take(pattern) !== undefined) wishes.unwantedGenres.push(slug);
  for (const pattern of UNWANTED_TITLES) wishes.unwantedTitle ??= take(pattern);
  wishes.wantsUnfinished = take(UNFINISHED) !== undefined;
  for (const pattern of MOST_VOLUMES) {
    const most = take(pattern);
    if (most) wishes.mostVolumes = parseNumeral(most);
  }
  return { ...wishes, rest };
}

export function hasWishes({ unwantedGenres, unwantedTitle, wantsUnfinished, mostVolumes }: Wishes): boolean {
  return unwantedGenres.length > 0 || unwantedTitle !== undefined || wantsUnfinished || mostVolumes !== undefined;
}

export function keepsTo({ unwantedGenres, unwantedTitle, wantsUnfinished, mostVolumes }: Wishes, series: Series): boolean {
  const names = series.genres.map((genre) => genre.toLowerCase());
  if (unwantedGenres.some((slug) => names.includes(slug) || names.includes(genreName(slug, 'ja')) || series.demographic?.toLowerCase() === slug)) return false;
  if (unwantedTitle !== undefined && isSameTitle(unwantedTitle, series)) return false;
  if (wantsUnfinished && /^(?:finished|completed?)$/i.test(series.status ?? '')) return false;
  return mostVolumes === undefined || (series.volumes ?? 0) <= mostVolumes;
}
