import { KANJI_NUMERAL, kanjiNumber } from './kanji-numerals.ts';

export interface VolumeRange {
  from: number;
  to: number;
}

/** The most that a volume number can be; こちら葛飾区亀有公園前派出所 has 201. */
const HIGHEST_VOLUME = 999;
const NUMBER = String.raw`(?:\d{1,3}|[〇一二三四五六七八九十百]{1,5})`;
const BETWEEN = String.raw`\s*(?:巻)?\s*(?:[-–—~〜～ー−]|から|to|through|thru)\s*第?\s*`;
const JAPANESE = new RegExp(String.raw`第?\s*(${NUMBER})(?:${BETWEEN}(${NUMBER}))?\s*巻(?:目)?(?:\s*まで)?`, 'g');
const ENGLISH = new RegExp(String.raw`\b(?:volumes?|vols?\.?|v\.|tankobon|books?)\s*#?\s*(\d{1,3})(?:\s*(?:[-–—~〜～]|to|through|thru)\s*(\d{1,3}))?\b`, 'gi');
const ORDINAL = /\b(\d{1,3})(?:st|nd|rd|th)\s+(?:volume|vol|book)\b/gi;

/**
 * Takes volume numbers out of a shopper's words: 3巻, 第三巻, 二十二巻, 101〜105巻, "vol. 3", "volumes 1-3".
 * Digits that belong to a title (らんま1/2の2巻) stay in `rest`.
 */
export function takeVolumes(text: string): { volumes?: VolumeRange; rest: string } {
  let volumes: VolumeRange | undefined;
  const take = (matched: string, first: string, last?: string): string => {
    const from = numberOf(first);
    const to = last === undefined ? from : numberOf(last);
    if (from < 1 || to < from || to > HIGHEST_VOLUME) return matched;
    volumes ??= { from, to };
    return ' ';
  };
  const rest = text.normalize('NFKC').replaceAll('\u2044', '/').replace(JAPANESE, take).replace(ENGLISH, take).replace(ORDINAL, (matched: string, first: string) => take(matched, first));
  return volumes === undefined ? { rest } : { volumes, rest };
}

/** The volumes that a text asks for; digits of a title are none. */
export function readVolumes(text: string): VolumeRange | undefined {
  return takeVolumes(text).volumes;
}

function numberOf(text: string): number {
  return new RegExp(`^${KANJI_NUMERAL.source}$`).test(text) ? kanjiNumber(text) : Number(text);
}
