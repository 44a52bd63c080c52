import { foldText, plainText } from './fold-text.ts';
import { romajiKey } from './romaji-key.ts';

export interface TitleKeys {
  /** The title without what people write differently; kanji stay kanji. */
  folded: string;
  /** How it sounds; empty when it has kanji. */
  romaji: string;
}

/** The two forms in which titles are compared. */
export function titleKeys(text: string): TitleKeys {
  return { folded: foldText(text), romaji: romajiKey(text) };
}

/** `snk` of "Shingeki no Kyojin", `hxh` of "HUNTER×HUNTER", `opm` of "One-Punch Man"; at least two letters. */
export function initialismsOf(title: string): string[] {
  const words = plainText(title.replace(/[×✕✖]/g, ' x ')).replace(/['’]/g, '').match(/[a-z0-9]+/g) ?? [];
  // A Japanese title with one Latin word in it has no initials.
  if (words.length < 2 || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(title)) return [];
  const all = words.map((word) => word.charAt(0)).join('');
  const withoutArticle = /^(?:the|a|an)$/.test(words[0] ?? '') ? all.slice(1) : all;
  return [...new Set([all, withoutArticle])].filter((initials) => initials.length >= 2);
}

/** The title and its parts on either side of a colon, a dash or a wide gap: 東京喰種 of 「東京喰種 トーキョーグール」. */
export function partsOf(title: string): string[] {
  // 'Re:ZERO' of 'Re:ZERO -Starting Life in Another World-'.
  const beforeSubtitle = title.split(/\s[-–—~〜～]/)[0] ?? '';
  const parts = title
    .split(/[:：~〜～―—|]|\s[-–]\s|[\s\u3000](?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\s\u3000]/u)
    .map((part) => part.trim());
  return [...new Set([...parts, beforeSubtitle].filter((part) => part.length >= 3 && part !== title))];
}
