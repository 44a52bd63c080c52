import type { Series } from '../series.ts';
import { genreName } from '../slots/genres.ts';
import { oneLine, type Language } from '../text.ts';

/** A description that tries to give orders is not a description. */
const ORDERS = /\b(?:ignore|disregard|forget)\b.*\b(?:instructions?|previous|above)\b|\bsystem prompt\b|\byou (?:must|are now)\b|(?:指示|命令)を?(?:無視|忘れ)/i;
const STATUS: Readonly<Record<string, Record<Language, string>>> = {
  finished: { ja: '完結', en: 'complete' },
  completed: { ja: '完結', en: 'complete' },
  ongoing: { ja: '連載中', en: 'ongoing' },
  hiatus: { ja: '休載中', en: 'on hiatus' },
};

export function shortTitle(series: Series, language: Language): string {
  const japanese = series.titleJa ?? series.titleRomaji ?? series.titleEn ?? '';
  return language === 'ja' ? `「${japanese}」` : (series.titleEn ?? series.titleRomaji ?? japanese);
}

/** **「鋼の錬金術師」（Hagane no Renkinjutsushi）** or **Fullmetal Alchemist (鋼の錬金術師, Hagane no Renkinjutsushi)** */
export function fullTitle(series: Series, language: Language): string {
  if (language === 'ja') {
    const reading = series.titleRomaji ?? series.titleEn;
    return reading && reading !== series.titleJa ? `**${shortTitle(series, 'ja')}（${reading}）**` : `**${shortTitle(series, 'ja')}**`;
  }
  const name = shortTitle(series, 'en');
  const others = [series.titleJa, series.titleRomaji].filter((title, index, all) => title && title !== name && all.indexOf(title) === index);
  return others.length > 0 ? `**${name} (${others.join(', ')})**` : `**${name}**`;
}

export function listItem(series: Series, language: Language): string {
  const about = description(series, language);
  const genres = genresOf(series, language);
  if (language === 'ja') {
    const facts = [series.authors.length > 0 ? `作者：${series.authors.join('・')}` : '', genres ? `ジャンル：${genres}` : ''].filter(Boolean).join(' / ');
    return `- ${fullTitle(series, 'ja')}${facts ? ` — ${facts}` : ''}${about ? `：${about}` : ''}`;
  }
  const by = series.authors.length > 0 ? ` by ${series.authors.join(' and ')}` : '';
  return `- ${fullTitle(series, 'en')}${by}${genres ? ` — ${genres}` : ''}${about ? `: ${about}` : ''}`;
}

export function genresOf(series: Series, language: Language): string {
  return series.genres.slice(0, 4).map((genre) => genreName(genre, language)).join(language === 'ja' ? '・' : ', ');
}

export function description(series: Series, language: Language): string {
  const { description: text } = series;
  if (!text || ORDERS.test(text)) return '';
  return oneLine(text, language === 'ja' ? 120 : 280);
}

export function statusIn(status: string | undefined, language: Language): string | undefined {
  return status === undefined ? undefined : STATUS[status.toLowerCase()]?.[language];
}

export function yen(amount: number, language: Language): string {
  const figures = amount.toLocaleString('en-US');
  return language === 'ja' ? `${figures}円` : `¥${figures}`;
}
