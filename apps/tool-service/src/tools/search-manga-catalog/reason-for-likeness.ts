import { sharedTraits, type Genre, type Product } from '@manga-assist/catalogue';

const MOST_NAMED = 3;

const GENRE_JA: Readonly<Record<Genre, string>> = {
  action: 'アクション', adventure: '冒険', comedy: 'コメディ', drama: 'ドラマ', fantasy: 'ファンタジー', horror: 'ホラー', mystery: 'ミステリー',
  psychological: '心理', romance: '恋愛', 'sci-fi': 'SF', 'slice-of-life': '日常', sports: 'スポーツ', supernatural: '超常', thriller: 'サスペンス',
  historical: '歴史', music: '音楽', mecha: 'ロボット', isekai: '異世界', gourmet: 'グルメ', school: '学園', crime: '犯罪', 'martial-arts': '格闘',
  war: '戦争', 'boys-love': 'BL', 'girls-love': '百合', medical: '医療',
};

/** What a series has in common with one that is liked, in a few words. Undefined when it is nothing that can be named. */
export function reasonForLikeness(liked: Product, other: Product, language: 'en' | 'ja'): string | undefined {
  const { themes, themesJa, genres } = sharedTraits(other, liked);
  const author = other.authors.find(({ name }) => liked.authors.some((candidate) => candidate.name === name));
  if (language === 'ja') {
    const points = [...(author === undefined ? [] : [`同じ作者（${author.name}）`]), ...themesJa, ...genres.map((genre) => GENRE_JA[genre])].slice(0, MOST_NAMED);
    return points.length === 0 ? undefined : `「${liked.titleJa || liked.titleRomaji || liked.titleEn}」との共通点：${points.join('、')}`;
  }
  const points = [...(author === undefined ? [] : [`the same author (${author.romaji || author.name})`]), ...themes, ...genres].slice(0, MOST_NAMED);
  return points.length === 0 ? undefined : `Has in common with ${liked.titleEn || liked.titleRomaji || liked.titleJa}: ${points.join(', ')}`;
}
