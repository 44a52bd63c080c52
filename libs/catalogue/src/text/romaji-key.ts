import { toRomaji } from 'wanakana';
import { plainText } from './fold-text.ts';

const CJK_IDEOGRAPH = /[\p{Script=Han}]/u;

/** In this order. Both sides of a comparison go through it, so a wrong sound costs nothing as long as it is always the same. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/l/g, 'r'],
  [/v/g, 'b'],
  // As the transliteration writes ヴィ, ヴェ, トゥ, ドゥ.
  [/by(?=[ie])/g, 'b'],
  [/twu/g, 'tsu'],
  [/dwu/g, 'zu'],
  // Kunrei-shiki and Nihon-shiki to Hepburn.
  [/sy/g, 'sh'],
  [/ty|cy|tch/g, 'ch'],
  [/zy|jy/g, 'j'],
  [/thi|ti/g, 'chi'],
  [/dhi|di|zi/g, 'ji'],
  [/dzu|du/g, 'zu'],
  [/si/g, 'shi'],
  [/tu/g, 'tsu'],
  [/(?<![sc])hu/g, 'fu'],
  [/wo/g, 'o'],
  [/m(?=[bp])/g, 'n'],
  [/ou/g, 'o'],
  // Long vowels, っ, nn.
  [/([a-z])\1+/g, '$1'],
];

/**
 * How a text sounds in Latin letters, whichever romanisation it is written in; for comparison, never
 * for display. わんぴーす, ﾜﾝﾋﾟｰｽ and "wan piisu" give `wanpisu`. Empty for a text with kanji, whose
 * reading nobody can compute: readings are data.
 */
export function romajiKey(text: string): string {
  const plain = plainText(text);
  if (CJK_IDEOGRAPH.test(plain)) return '';
  let key = toRomaji(plain)
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(/[^a-z0-9]+/g, '');
  for (const [pattern, replacement] of RULES) key = key.replace(pattern, replacement);
  return key;
}
