import { readGenres } from './genres.ts';

const QUOTED_JA = /[「『]([^」』]+)[」』]\s*(?:に似た|に似て(?:い)?る|に近い|みたいな?|のような?|っぽい|が?(?:大)?好き(?:な人|な方)?(?:に|です|なんですが|なんだけど|で|の)?(?:おすすめの?)?|系の|と同じ(?:ような)?|を読み終(?:わっ|え)(?:た(?:ので|から|ら)?|て)|の次に(?:読む)?|が面白かった(?:ので|です)?)/;
const PLAIN_JA =
  /(?:^|[、。,!?！？\s])([^、。,!?！？\s「」『』]{2,30}?)(?:に似た|に似て|に近い|みたいな|のような|っぽい|好きに|好きな人|が好きな人|が好きなんだけど|が(?:大)?好きです|が(?:大)?好きで|を読み終|の次に読)[^、。,!?！？\s]*/;
const QUOTED_EN = /\b(?:similar to|like|fans? of|loved?|liked?|enjoyed|finished|reminiscent of|vein of|style of)\s+["']([^"']+)["']/i;
const PLAIN_EN =
  /\b(?:similar to|reminiscent of|(?:in the )?(?:vein|style) of|(?:for )?fans? of|(?:just )?(?:finished|loved|liked|enjoyed)(?: reading)?|i (?:really )?love|(?<!would |'d |you |looks? |what's it |what is it )like)\s+([^?.!,;]+?)(?=$|[?.!,;]|\s(?:but|with|under|for|that|which|and i|please|set|in terms)\b)/i;
const NOT_A_TITLE_EN = /^(?:an?|some|something|anything|to|your?|it|that|this|those|these|manga|reading|series|them|me|more|other|stories|comics|my|all|how|what|when|both)\b/i;
const NOT_A_TITLE_JA = /(?:の|こと|漫画|マンガ|作品|ジャンル|もの|やつ|話|感じ|展開|雰囲気)$/;
const LEAD_JA = /^(?:私は|僕は|俺は|わたしは|最近|子どもが|子供が|友達が|友人が|息子が|娘が|妻が|夫が|漫画の|マンガの|あの|特に)+/;

/** The series another one should resemble: "similar to One Piece", 「ワンピース」に似た, ハチクロみたいな. */
export function readSimilarTo(text: string): { title?: string; rest: string } {
  for (const pattern of [QUOTED_JA, PLAIN_JA, QUOTED_EN, PLAIN_EN]) {
    const found = pattern.exec(text);
    const title = found?.[1] ? cleanTitle(found[1]) : '';
    if (!found || title === '' || isGeneric(title)) continue;
    // "for adults who like wine": a taste, no title.
    if (/\bwho\s+$/i.test(text.slice(0, found.index)) && /^[a-z]/.test(title)) continue;
    return { title, rest: text.replace(found[0], ' ') };
  }
  return { rest: text };
}

function cleanTitle(title: string): string {
  return title
    .replace(LEAD_JA, '')
    .replace(/^(?:the )?(?:manga|series|comic) /i, '')
    .replace(/\s+(?:manga|series|comic|vibes?|a lot|so much|too)$/i, '')
    .replace(/^["'「『]|["'」』]$/g, '')
    .trim();
}

function isGeneric(title: string): boolean {
  if (NOT_A_TITLE_EN.test(title) || NOT_A_TITLE_JA.test(title)) return true;
  const genres = readGenres(title);
  return genres.some(({ pattern }) => title.replace(pattern, '').replace(/漫画|マンガ|もの|manga|series/gi, '').trim().length <= 1);
}
