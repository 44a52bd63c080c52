import type { Genre, Product, SearchHit } from '@manga-assist/catalogue';

type Language = 'en' | 'ja';

const MOST_NAMED = 3;

const GENRE_JA: Readonly<Record<Genre, string>> = {
  action: 'アクション', adventure: '冒険', comedy: 'コメディ', drama: 'ドラマ', fantasy: 'ファンタジー', horror: 'ホラー', mystery: 'ミステリー',
  psychological: '心理', romance: '恋愛', 'sci-fi': 'SF', 'slice-of-life': '日常', sports: 'スポーツ', supernatural: '超常', thriller: 'サスペンス',
  historical: '歴史', music: '音楽', mecha: 'ロボット', isekai: '異世界', gourmet: 'グルメ', school: '学園', crime: '犯罪', 'martial-arts': '格闘',
  war: '戦争', 'boys-love': 'BL', 'girls-love': '百合', medical: '医療',
};

/** Why a series was found, in a few words of the asker's language. Undefined when nothing of it can be named. */
export function reasonForHit(hit: SearchHit, language: Language): string | undefined {
  if (hit.similarTo !== undefined) return reasonForLikeness(hit, hit.similarTo, language);
  const { product, matchedBy, explanation } = hit;
  switch (matchedBy) {
    case 'title':
    case 'alias':
      return reasonForName(product, explanation.name, language);
    case 'author': {
      const author = product.authors.find(({ name }) => name === explanation.author);
      return author && (language === 'ja' ? `作者：${author.name}` : `By ${author.romaji || author.name}`);
    }
    default: {
      const points = traits(hit, language).slice(0, MOST_NAMED);
      if (points.length === 0) return undefined;
      return language === 'ja' ? `テーマ：${points.join('、')}` : `About ${points.join(', ')}`;
    }
  }
}

function reasonForName(product: Product, name: string | undefined, language: Language): string | undefined {
  if (name === undefined) return undefined;
  const isTitle = [product.titleJa, product.titleEn, product.titleRomaji, product.titleKana].includes(name);
  if (language === 'ja') return isTitle ? `題名「${name}」` : `別名「${name}」`;
  return isTitle ? `Titled ${name}` : `Also known as ${name}`;
}

/** Every recommendation has one: the same readers, or the story alone, where no trait is shared. */
function reasonForLikeness(hit: SearchHit, liked: Product, language: Language): string {
  const author = hit.product.authors.find(({ name }) => liked.authors.some((candidate) => candidate.name === name));
  const title = titleIn(liked, language);
  if (language === 'ja') {
    const points = [...(author === undefined ? [] : [`同じ作者（${author.name}）`]), ...traits(hit, language)].slice(0, MOST_NAMED);
    if (points.length > 0) return `「${title}」との共通点：${points.join('、')}`;
    return hit.explanation.isSameDemographic ? `「${title}」と同じ読者向けの作品` : `「${title}」と物語が近い作品`;
  }
  const points = [...(author === undefined ? [] : [`the same author (${author.romaji || author.name})`]), ...traits(hit, language)].slice(0, MOST_NAMED);
  if (points.length > 0) return `Has in common with ${title}: ${points.join(', ')}`;
  return hit.explanation.isSameDemographic ? `For the same readers as ${title}` : `A story close to that of ${title}`;
}

function traits({ explanation: { themes, themesJa, genres } }: SearchHit, language: Language): string[] {
  return language === 'ja' ? [...themesJa, ...genres.map((genre) => GENRE_JA[genre])] : [...themes, ...genres];
}

function titleIn({ titleJa, titleRomaji, titleEn }: Product, language: Language): string {
  return language === 'ja' ? titleJa || titleRomaji || titleEn : titleEn || titleRomaji || titleJa;
}
