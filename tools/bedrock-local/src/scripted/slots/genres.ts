export interface GenreWord {
  slug: string;
  kind: 'genre' | 'demographic';
  ja: string;
  pattern: RegExp;
}

function word(kind: GenreWord['kind'], slug: string, ja: string, pattern: RegExp): GenreWord {
  return { kind, slug, ja, pattern };
}

/** Words shoppers use for genres and readerships, in both languages. */
export const GENRE_WORDS: readonly GenreWord[] = [
  word('demographic', 'shonen', '少年', /少年(?:漫画|マンガ|誌|向け|系)|\bsh[oō]u?nen\b/i),
  word('demographic', 'seinen', '青年', /青年(?:漫画|マンガ|誌|向け|系)|\bseinen\b/i),
  word('demographic', 'shojo', '少女', /少女(?:漫画|マンガ|誌|向け|系)|\bsh[oō]u?jo\b/i),
  word('demographic', 'josei', '女性', /女性(?:漫画|マンガ|誌|向け)|大人の女性|\bjosei\b/i),
  word('demographic', 'kodomo', '子供', /子ども向け|子供向け|こども向け|児童|\bkodomo\b|\bfor (?:small |young )?(?:kids|children)\b/i),
  word('genre', 'action', 'アクション', /アクション|\baction\b/i),
  word('genre', 'adventure', '冒険', /冒険|アドベンチャー|\badventures?\b/i),
  word('genre', 'comedy', 'コメディ', /コメディ|ギャグ|笑える|\bcomed(?:y|ies)\b|\bfunny\b|\bgag manga\b/i),
  word('genre', 'drama', 'ドラマ', /ヒューマンドラマ|人間ドラマ|泣ける|感動(?:する|もの|系|的)|\bdramas?\b/i),
  word('genre', 'fantasy', 'ファンタジー', /ファンタジー|\bfantas(?:y|ies)\b/i),
  word('genre', 'horror', 'ホラー', /ホラー|怖い(?:漫画|話)|\bhorror\b|\bscary\b/i),
  word('genre', 'mystery', 'ミステリー', /ミステリー|推理|探偵|\bmyster(?:y|ies)\b|\bdetective\b/i),
  word('genre', 'psychological', '心理', /心理(?:戦|もの|描写)|\bpsychological\b/i),
  word('genre', 'romance', '恋愛', /恋愛|ラブコメ|ロマンス|\bromances?\b|\bromantic\b|\blove stor(?:y|ies)\b/i),
  word('genre', 'sci-fi', 'SF', /SF|サイエンスフィクション|\bsci-?fi\b|\bscience fiction\b/i),
  word('genre', 'slice-of-life', '日常', /日常系|日常もの|\bslice[- ]of[- ]life\b|\biyashikei\b/i),
  word('genre', 'sports', 'スポーツ', /スポーツ|野球|サッカー|バスケ|バレー(?:ボール)?|テニス|\bsports?\b|\bbaseball\b|\bsoccer\b|\bbasketball\b|\bvolleyball\b/i),
  word('genre', 'supernatural', '超常', /超常|怪異|妖怪|\bsupernatural\b|\byokai\b/i),
  word('genre', 'thriller', 'サスペンス', /サスペンス|スリラー|\bthrillers?\b|\bsuspense\b/i),
  word('genre', 'historical', '歴史', /歴史|時代(?:劇|もの)|戦国|\bhistorical\b|\bsamurai\b/i),
  word('genre', 'music', '音楽', /音楽|バンド(?:漫画|もの)|\bmusic\b/i),
  word('genre', 'mecha', 'ロボット', /ロボット|メカ|\bmecha\b|\bgiant robots?\b/i),
  word('genre', 'isekai', '異世界', /異世界|\bisekai\b/i),
  word('genre', 'gourmet', 'グルメ', /グルメ|料理|食べ物|ごはん(?:漫画|もの)|\bgourmet\b|\bcooking\b|\bfood manga\b/i),
  word('genre', 'school', '学園', /学園|\bschool life\b/i),
  word('genre', 'crime', '犯罪', /犯罪|ヤクザ|極道|\bcrime\b|\byakuza\b/i),
  word('genre', 'martial-arts', '格闘', /格闘|武道|空手|\bmartial arts\b/i),
  word('genre', 'war', '戦争', /戦争|\bwar manga\b/i),
  word('genre', 'boys-love', 'BL', /ボーイズラブ|\bBL\b|\bboys'? love\b|\byaoi\b/i),
  word('genre', 'girls-love', '百合', /百合|\bGL\b|\byuri\b|\bgirls'? love\b/i),
  word('genre', 'medical', '医療', /医療|医者|\bmedical\b|\bdoctors?\b/i),
];

/** Expects folded text. */
export function readGenres(text: string): GenreWord[] {
  return GENRE_WORDS.filter(({ pattern }) => pattern.test(text));
}

export function genreName(slug: string, language: 'ja' | 'en'): string {
  const key = slug.toLowerCase();
  const found = GENRE_WORDS.find((genre) => genre.slug === key);
  if (language === 'en') return key.replaceAll('_', ' ');
  if (!found) return slug;
  return found.kind === 'demographic' ? `${found.ja}漫画` : found.ja;
}
