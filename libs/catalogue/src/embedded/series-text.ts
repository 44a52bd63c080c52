import type { Genre, Product } from '../product.ts';

/** For the vectors, so that a Japanese question is near an entry whose genres are English words. */
const GENRES_JA: Readonly<Record<Genre, string>> = {
  action: 'アクション',
  adventure: '冒険',
  comedy: 'コメディ',
  drama: 'ドラマ',
  fantasy: 'ファンタジー',
  horror: 'ホラー',
  mystery: 'ミステリー',
  psychological: '心理',
  romance: '恋愛',
  'sci-fi': 'SF',
  'slice-of-life': '日常',
  sports: 'スポーツ',
  supernatural: '超常現象',
  thriller: 'サスペンス',
  historical: '歴史',
  music: '音楽',
  mecha: 'ロボット',
  isekai: '異世界',
  gourmet: 'グルメ 料理',
  school: '学園',
  crime: '犯罪',
  'martial-arts': '格闘',
  war: '戦争',
  'boys-love': 'ボーイズラブ',
  'girls-love': '百合',
  medical: '医療',
};

/** What a series' vector stands for: what it is about, in both languages. */
export function seriesText(product: Product): string {
  return [
    `${product.titleEn} ${product.titleJa}`,
    product.demographic,
    [...product.genres, ...product.genres.map((genre) => GENRES_JA[genre])].join(' '),
    product.themes.join(', '),
    product.themesJa.join('、'),
    product.synopsisEn,
    product.synopsisJa,
  ].join('\n');
}
