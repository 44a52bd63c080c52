const DIGITS: Readonly<Record<string, number>> = { 〇: 0, 零: 0, 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };
const UNITS: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1_000, 万: 10_000 };
const ENGLISH = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** What a number looks like: digits, kanji or an English word up to twelve. */
export const NUMERAL = '[0-9][0-9,]*|[〇一二三四五六七八九十百千万]+';
export const ENGLISH_NUMERAL = `[0-9]+|${ENGLISH.slice(1).join('|')}`;

export function parseNumeral(text: string): number {
  const plain = text.replaceAll(',', '').toLowerCase();
  if (/^[0-9]+$/.test(plain)) return Number(plain);
  const word = ENGLISH.indexOf(plain);
  return word >= 0 ? word : parseKanji(plain);
}

/** 二十二 = 22, 百五 = 105, 一〇一 = 101. */
function parseKanji(text: string): number {
  if (![...text].some((character) => character in UNITS)) {
    return Number([...text].map((character) => DIGITS[character] ?? '').join(''));
  }
  let total = 0;
  let digit = 0;
  for (const character of text) {
    const unit = UNITS[character];
    if (unit === undefined) digit = DIGITS[character] ?? 0;
    else {
      total += (digit || 1) * unit;
      digit = 0;
    }
  }
  return total + digit;
}
