import { genreName } from '../../slots/genres.ts';
import type { Language } from '../../text.ts';
import { meaningfulWords } from '../words.ts';
import { demographicOf, genresOf } from './classify.ts';
import { themesOf } from './themes.ts';
import { titleOf, type Entry } from './read-entry.ts';

export interface Likeness {
  entry: Entry;
  /** 0 to 1. */
  score: number;
  reason: Record<Language, string>;
}

interface Traits {
  genres: Set<string>;
  themes: Set<string>;
  words: Set<string>;
  demographic: string;
  authors: Set<string>;
}

/** The candidates by what they share with a series, most alike first; ties keep their order, and the series itself is left out. */
export function likenessTo(subject: Entry, candidates: readonly Entry[]): Likeness[] {
  if (candidates.length === 0) return [];
  const mine = traitsOf(subject);
  const own = new Set([subject.id, subject.titleEn, subject.titleJa].filter(Boolean));
  return candidates
    .filter(({ id, titleEn, titleJa }) => ![id, titleEn, titleJa].some((name) => own.has(name)))
    .map((entry) => compare(mine, entry))
    .sort((a, b) => b.score - a.score);
}

function compare(mine: Traits, entry: Entry): Likeness {
  const theirs = traitsOf(entry);
  const genres = shared(mine.genres, theirs.genres);
  const themes = shared(mine.themes, theirs.themes);
  const authors = shared(mine.authors, theirs.authors);
  const sameReadership = mine.demographic !== '' && mine.demographic === theirs.demographic;
  const score =
    0.45 * overlap(genres.length, mine.genres.size, theirs.genres.size) +
    0.25 * overlap(themes.length, mine.themes.size, theirs.themes.size) +
    0.15 * overlap(shared(mine.words, theirs.words).length, mine.words.size, theirs.words.size) +
    (sameReadership ? 0.1 : 0) +
    (authors.length > 0 ? 0.05 : 0);
  return { entry, score: Math.round(score * 1_000) / 1_000, reason: reasons(genres, themes, sameReadership, authors) };
}

function reasons(genres: readonly string[], themes: readonly string[], sameReadership: boolean, authors: readonly string[]): Likeness['reason'] {
  const en: string[] = [];
  const ja: string[] = [];
  if (authors.length > 0) {
    en.push(`also by ${authors.join(', ')}`);
    ja.push(`作者が同じ（${authors.join('、')}）`);
  }
  if (genres.length > 0) {
    en.push(`both are ${genres.map((slug) => genreName(slug, 'en')).join(' and ')} stories`);
    ja.push(`どちらも${genres.map((slug) => genreName(slug, 'ja')).join('・')}`);
  }
  if (themes.length > 0) {
    en.push(`both are about ${themes.slice(0, 3).join(', ')}`);
    ja.push(`「${themes.slice(0, 3).join('」「')}」が共通`);
  }
  if (sameReadership) {
    en.push('for the same readers');
    ja.push('読者層が同じ');
  }
  if (en.length === 0) return { en: 'Little in common; the nearest of what was offered.', ja: '共通点は少ないものの、候補の中では近い作品です。' };
  const sentence = en.join('; ');
  return { en: `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}.`, ja: `${ja.join('、')}です。` };
}

function traitsOf(entry: Entry): Traits {
  const themes = [...themesOf(entry, 'en'), ...entry.themesJa].map((theme) => theme.toLowerCase());
  return {
    genres: new Set(genresOf(entry).filter(({ confidence }) => confidence >= 0.6).map(({ slug }) => slug)),
    themes: new Set(themes),
    words: new Set(meaningfulWords(`${entry.synopsisEn} ${entry.synopsisJa} ${entry.themesEn.join(' ')}`)),
    demographic: demographicOf(entry).slug,
    authors: new Set(entry.authors),
  };
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...a].filter((item) => b.has(item));
}

/** The share of the smaller set, a little less for very uneven ones. */
function overlap(common: number, a: number, b: number): number {
  return common === 0 ? 0 : common / Math.sqrt(a * b);
}

/** A candidate by the name it was offered under. */
export function offeredName(entry: Entry, language: Language): string {
  return entry.titleEn + entry.titleJa === '' ? entry.id || entry.text.slice(0, 80) : titleOf(entry, language);
}
