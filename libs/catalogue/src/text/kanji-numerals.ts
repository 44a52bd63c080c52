const DIGITS = '〇一二三四五六七八九';
const UNITS: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1_000 };
const TEN_THOUSAND = 10_000;

/** Written numbers as they stand in titles and volume numbers: 二十二, 百一, 三. */
export const KANJI_NUMERAL = /[〇一二三四五六七八九十百千万]+/g;

/** 二十二 → 22, 二〇 → 20, 百一 → 101. Takes only what `KANJI_NUMERAL` matches. */
export function kanjiNumber(numeral: string): number {
  let total = 0;
  let section = 0;
  let digits = '';
  const takeDigits = (otherwise: number): number => {
    const value = digits === '' ? otherwise : Number(digits);
    digits = '';
    return value;
  };
  for (const character of numeral) {
    const unit = UNITS[character];
    if (unit !== undefined) section += takeDigits(1) * unit;
    else if (character === '万') {
      total += (section + takeDigits(section === 0 ? 1 : 0)) * TEN_THOUSAND;
      section = 0;
    } else digits += String(DIGITS.indexOf(character));
  }
  return total + section + takeDigits(0);
}

/** 三月のライオン → 3月のライオン. */
export function arabicNumerals(text: string): string {
  return text.replace(KANJI_NUMERAL, (numeral) => String(kanjiNumber(numeral)));
}
