import type { Demographic, Genre, Product } from '../product.ts';
import { tokensOf } from '../text/tokens.ts';

/** What a shopper's words demand of every series found. */
export interface WishedTraits {
  demographic?: Demographic;
  status?: Product['status'];
  maxPriceJpy?: number;
  maxVolumes?: number;
  startYears?: { from: number; to: number };
  /** Named in passing (romance between chefs) these only weigh; in a pure list of demands they filter. */
  genres: Genre[];
}

const DEMOGRAPHICS: readonly (readonly [RegExp, Demographic])[] = [
  [/\bsh[oōô]u?nen(?: manga)?\b|少年(?:漫画|マンガ|まんが|誌|向け|コミック)/i, 'shonen'],
  [/\bsh[oōô]u?jo(?: manga)?\b|少女(?:漫画|マンガ|まんが|誌|向け|コミック)/i, 'shojo'],
  [/\bseinen(?: manga)?\b|青年(?:漫画|マンガ|まんが|誌|向け|コミック)/i, 'seinen'],
  [/\bjosei(?: manga)?\b|女性(?:漫画|マンガ|まんが|誌|向け|コミック)|レディース?コミック/i, 'josei'],
  [/\bkodomo(?:muke)?\b|\b(?:for|suits?) (?:my |our |a |the )?(?:little |young )?(?:kids?|child(?:ren)?)\b|\b[3-9][- ]years?[- ]olds?\b|(?:子ども|子供|こども|キッズ|児童|幼児|小学生)(?:向け|用|漫画|マンガ)|[3-9]歳/i, 'kodomo'],
];
const STATUSES: readonly (readonly [RegExp, Product['status']])[] = [
  // Who says "I finished Nodame" speaks of themselves.
  [/(?<!\b(?:i|we|he|she|they|i've|we've|have|had|just)\s)\b(?:already |fully )?(?:completed?|finished|concluded|(?:(?:that |which )?(?:has |have )?(?:already )?ended))(?: series| already)?\b|完結(?:済み?|済|している|してる|した|して|作品|漫画)?|終わって(?:い)?る/i, 'finished'],
  [/\b(?:on-?going|still running|still going|currently running|not finished)\b|連載中|続いて(?:い)?る/i, 'ongoing'],
];
const GENRE_WORDS: readonly (readonly [RegExp, Genre])[] = [
  [/\baction\b|アクション|バトル(?:もの|物|系)?/i, 'action'],
  [/\badventures?\b|冒険(?:もの|物|譚)?|アドベンチャー/i, 'adventure'],
  [/\b(?:comedy|comedies|funny|humou?r(?:ous)?|gag)\b|コメディー?|ギャグ|笑える/i, 'comedy'],
  [/\bdramas?\b|ヒューマンドラマ/i, 'drama'],
  [/\bfantasy\b|ファンタジー/i, 'fantasy'],
  [/\b(?:horror|scary)\b|ホラー|怖い(?:話|やつ|漫画)?|恐怖/i, 'horror'],
  [/\b(?:mystery|mysteries|detective|whodunit)\b|ミステリー?|推理|探偵/i, 'mystery'],
  [/\bpsychological\b|サイコ|心理(?:戦|もの|描写)?/i, 'psychological'],
  [/\b(?:romances?|romantic|love stor(?:y|ies)|rom-?coms?|(?:falls?|falling|fell) in love|in love)\b|恋に落ち|恋愛(?:もの|物|系)?|ラブストーリー|ラブコメ|ロマンス/i, 'romance'],
  [/\b(?:sci-?fi|science fiction)\b|\bsf\b|ＳＦ|近未来/i, 'sci-fi'],
  [/\b(?:slice[ -]of[ -]life|iyashikei|cozy|cosy|healing)\b|日常(?:系|もの)?|癒し系?|ほのぼの/i, 'slice-of-life'],
  [/\bsports?\b|スポーツ|スポ根|運動部/i, 'sports'],
  [/\b(?:supernatural|paranormal|ghosts?|yokai)\b|妖怪|幽霊|霊能|超常/i, 'supernatural'],
  [/\b(?:thrillers?|suspense(?:ful)?)\b|サスペンス|スリラー/i, 'thriller'],
  [/\b(?:historical|history|samurai)\b|歴史(?:もの|物|系)?|時代(?:劇|もの)|戦国|江戸/i, 'historical'],
  [/\b(?:music(?:al)?|bands?|orchestra)\b|音楽|バンド(?:もの)?/i, 'music'],
  [/\b(?:mecha|giant robots?)\b|ロボット(?:もの)?|メカ/i, 'mecha'],
  [/\bisekai\b|異世界(?:もの|転生|転移)?/i, 'isekai'],
  [/\b(?:gourmet|food|cooking|cuisine)\b|グルメ|料理(?:もの)?|食べ物|ごはん/i, 'gourmet'],
  [/\b(?:school life|high school)\b|学園(?:もの)?|青春/i, 'school'],
  [/\b(?:crime|gangsters?|yakuza|police)\b|犯罪|ヤクザ|極道|警察/i, 'crime'],
  [/\b(?:martial arts?|fighting)\b|格闘技?|武術/i, 'martial-arts'],
  [/\bwar(?:fare)?\b|戦争(?:もの)?/i, 'war'],
  [/\b(?:boys'? ?love|bl|yaoi)\b|ボーイズラブ|ＢＬ/i, 'boys-love'],
  [/\b(?:girls'? ?love|gl|yuri)\b|百合|ガールズラブ/i, 'girls-love'],
  [/\b(?:medical|doctors?|hospital)\b|医療(?:もの)?|医者|病院/i, 'medical'],
];
const MOST_YEN = /(?:under|below|less than|up to|at most|cheaper than|max(?:imum)?)\s*[¥￥]?\s*(\d{3,5})\s*(?:yen|jpy|円)?|[¥￥]?(\d{3,5})\s*(?:円|yen|jpy)\s*(?:以下|以内|未満|まで|or (?:less|under|cheaper))/i;
const MOST_VOLUMES = /(?:全)?(\d{1,3})\s*巻\s*(?:以内|以下|未満|くらい|ぐらい|程度)(?:の|で)?|(?:under|below|less than|fewer than|up to|at most|no more than|within)\s*(\d{1,3})\s*(?:volumes?|vols?|books?)/i;
const DECADE = /\b(?:(?:19|20)(\d)0)['’]?s\b|\b(\d)0['’]?s\b|(?:19|20)?(\d)0年代(?:の|に)?/i;

/** Takes demands out of the text. Genre words stay in `rest`, where they also are what a story is about. */
export function takeTraits(text: string): { traits: WishedTraits; rest: string } {
  const traits: WishedTraits = { genres: [] };
  let rest = text;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(rest);
    if (match !== null) rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`;
    return match;
  };
  const price = take(MOST_YEN);
  if (price !== null) traits.maxPriceJpy = Number(price[1] ?? price[2]);
  const volumes = take(MOST_VOLUMES);
  if (volumes !== null) traits.maxVolumes = Number(volumes[1] ?? volumes[2]);
  const decade = take(DECADE);
  if (decade !== null) traits.startYears = yearsOf(Number(decade[1] ?? decade[2] ?? decade[3]));
  for (const [pattern, demographic] of DEMOGRAPHICS) if (traits.demographic === undefined && take(pattern) !== null) traits.demographic = demographic;
  for (const [pattern, status] of STATUSES) if (traits.status === undefined && take(pattern) !== null) traits.status = status;
  traits.genres = genresIn(text);
  return { traits, rest };
}

export function genresIn(text: string): Genre[] {
  return GENRE_WORDS.filter(([pattern]) => pattern.test(text)).map(([, genre]) => genre);
}

/** Whether nothing but genre words is left to search for. */
export function hasOnlyGenreWords(text: string): boolean {
  let rest = text;
  for (const [pattern] of GENRE_WORDS) rest = rest.replace(new RegExp(pattern, `${pattern.flags}g`), ' ');
  return tokensOf(rest).length === 0;
}

// 50s to 90s of the last century, 00s to 20s of this one.
function yearsOf(decade: number): { from: number; to: number } {
  const from = (decade >= 5 ? 1900 : 2000) + decade * 10;
  return { from, to: from + 9 };
}

const FLAG_WORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/fan ?-?service|ecchi|lewd|nud(?:e|ity)|sexy|sex(?:ual)?|エロ|エッチ|お色気|下ネタ|性描写|ヌード/i, ['ecchi', 'nudity', 'sexual-content']],
  [/gore|gory|bloody?|グロ|流血|スプラッター/i, ['gore']],
  [/violen(?:t|ce)|暴力|バイオレンス/i, ['violence', 'gore']],
  [/drugs?|麻薬|ドラッグ/i, ['drugs']],
];

/** The content flags that words like "fan service" or グロ stand for. */
export function flagsIn(text: string): string[] {
  return FLAG_WORDS.filter(([pattern]) => pattern.test(text)).flatMap(([, flags]) => flags);
}
