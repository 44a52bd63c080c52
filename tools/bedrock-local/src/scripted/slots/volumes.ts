import { ENGLISH_NUMERAL, NUMERAL, parseNumeral } from './numerals.ts';

const RANGE = '(?:-|〜|から|to|through)';
const ALSO = '(?:\\s*(?:,|&|and|or)\\s*)+(?:vol(?:ume)?s?\\.?\\s*)?';
const PATTERNS = [
  new RegExp(`の?(?<![全各何])(?:第)?(?<from>${NUMERAL})(?:巻)?(?:${RANGE}(?:第)?(?<to>${NUMERAL}))?巻(?:目)?(?:まで)?(?:の(?=[^在価値あ])|[と、,・]\\s*(?=第?(?:${NUMERAL})巻))?`, 'g'),
  new RegExp(`\\b(?:volumes?|vols?\\.?|book|#)\\s*(?<from>${ENGLISH_NUMERAL})\\b(?:\\s*${RANGE}\\s*(?:vol(?:ume)?\\.?\\s*)?(?<to>${ENGLISH_NUMERAL})\\b)?(?<also>(?:${ALSO}\\d{1,3}\\b)*)`, 'gi'),
  /\b(?<from>\d+)(?:st|nd|rd|th)\s+volume\b/gi,
];
/** More than this is asked of the whole series instead of volume by volume. */
const MOST_VOLUMES = 6;

export interface Volumes {
  /** None when they are too many to ask one by one. */
  numbers: number[];
  hasAny: boolean;
  /** The text without them. */
  rest: string;
}

/** 第三巻, 二十二巻, 101〜105巻, volume 3, vols 1-3. 全23巻 and 何巻 are not volumes asked for. */
export function readVolumes(text: string): Volumes {
  const numbers = new Set<number>();
  let rest = text;
  for (const pattern of PATTERNS) {
    rest = rest.replaceAll(pattern, (...found: unknown[]) => {
      const groups = found.at(-1) as { from: string; to?: string; also?: string };
      const from = parseNumeral(groups.from);
      const to = groups.to === undefined ? from : parseNumeral(groups.to);
      for (let number = from; number <= Math.max(from, Math.min(to, from + 200)); number++) if (number > 0 && number < 1_000) numbers.add(number);
      for (const [also] of groups.also?.matchAll(/\d+/g) ?? []) numbers.add(Number(also));
      return '';
    });
  }
  return { numbers: numbers.size <= MOST_VOLUMES ? [...numbers] : [], hasAny: numbers.size > 0, rest };
}
