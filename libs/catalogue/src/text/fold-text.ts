import { arabicNumerals } from './kanji-numerals.ts';
import { modernKanji } from './old-kanji.ts';

const SMALL_KANA: Readonly<Record<string, string>> = {
  ぁ: 'あ', ぃ: 'い', ぅ: 'う', ぇ: 'え', ぉ: 'お', っ: 'つ', ゃ: 'や', ゅ: 'ゆ', ょ: 'よ', ゎ: 'わ', ゕ: 'か', ゖ: 'け',
};
/** Spelled one way and said another, or the same. */
const SAME_SOUND: Readonly<Record<string, string>> = { ゐ: 'い', ゑ: 'え', を: 'お', ぢ: 'じ', づ: 'ず' };
const CROSSES = /[×✕✖╳☓]/g;
const LATIN_MARKS = /[\u0300-\u036f]/g;

/** One width, lower case, no Latin accents, ½ as 1/2, × as x. Words and punctuation stay. */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll('\u2044', '/')
    .replace(CROSSES, 'x')
    .toLowerCase()
    .normalize('NFKD')
    .replace(LATIN_MARKS, '')
    .normalize('NFC');
}

const VU_ROW: Readonly<Record<string, string>> = { ァ: 'バ', ィ: 'ビ', ェ: 'ベ', ォ: 'ボ', ぁ: 'バ', ぃ: 'ビ', ぇ: 'ベ', ぉ: 'ボ' };

/** ヴァイオリン as バイオリン: said the same, and written either way. */
export function withoutVu(text: string): string {
  return text.replace(/[ヴゔ]([ァィェォぁぃぇぉ]?)/g, (_, vowel: string) => VU_ROW[vowel] ?? 'ブ');
}

/** Katakana as hiragana; ー and everything else stays. */
export function hiragana(text: string): string {
  return text.replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

/**
 * What is left of a text when everything that people write differently is gone: widths, cases,
 * scripts of kana, small kana, long marks, old kanji, written numbers, spaces and signs.
 * 「ゆるキャン△」 and ゆるきゃん, 聲の形 and 声の形, らんま½ and らんま1/2 are the same. May be empty.
 */
export function foldText(text: string): string {
  return arabicNumerals(hiragana(withoutVu(modernKanji(plainText(text)))).replaceAll('&', ' and '))
    .replace(/(\d+)分の(\d+)/g, '$2/$1')
    .replace(/[^\p{L}\p{N}々]+|ー/gu, '')
    .replace(/[ぁぃぅぇぉっゃゅょゎゕゖゐゑをぢづ]/g, (kana) => SMALL_KANA[kana] ?? SAME_SOUND[kana] ?? kana);
}

/** The runs of letters of one kind, Latin or Japanese: in 友達にgiftしたい the gift is a word. */
export function wordsIn(text: string): string[] {
  return text.match(/[\p{Script=Latin}\p{N}]+|[^\P{L}\p{Script=Latin}]+/gu) ?? [];
}
