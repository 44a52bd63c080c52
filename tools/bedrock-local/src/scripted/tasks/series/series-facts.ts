import { genreName } from '../../slots/genres.ts';
import type { Language } from '../../text.ts';
import { once } from '../once.ts';
import { Named, type Facts } from '../schema/facts.ts';
import { statementsOf } from './statements.ts';
import { demographicOf, genresOf, GRAPHIC, japaneseWarning, READING_LEVELS, readingLevelOf, warningsOf, type Finding } from './classify.ts';
import { likenessTo, offeredName, type Likeness } from './likeness.ts';
import { titleOf, type Entry } from './read-entry.ts';
import { inLanguage, sentencesOf } from './in-language.ts';
import { themesOf } from './themes.ts';

/** What a schema mostly asks about: its reasons and evidence are about that. */
export type Focus = 'genres' | 'readingLevel' | 'similar' | 'summary';

const MOST_GENRES = 5;

/** Everything that can be said of one series, worked out from its own entry alone; similar ones come from the candidates only. */
export function seriesFacts(entry: Entry, candidates: readonly Entry[], focus: Focus): Facts {
  const genres = once(() => genresOf(entry).slice(0, MOST_GENRES));
  const warnings = once(() => warningsOf(entry));
  const level = once(() => readingLevelOf(entry));
  const alike = once(() => likenessTo(entry, candidates));
  const overall = once(() => average(genres().slice(0, 3).map(({ confidence }) => confidence)));
  const namedGenres = (language: Language): Named[] => genres().map((finding) => namedFinding(finding, genreName(finding.slug, language), language));
  const reason = (language: Language): string => {
    switch (focus) {
      case 'readingLevel':
        return level().reason[language];
      case 'similar':
        return alike()[0]?.reason[language] ?? (language === 'ja' ? '候補がないため、選んでいません。' : 'No candidates were given, so none is chosen.');
      default:
        return genreReason(genres(), language);
    }
  };
  return {
    id: entry.id,
    title: (language: Language) => titleOf(entry, language),
    authors: entry.authors,
    author: entry.authors,
    publisher: entry.publisher || undefined,
    volumes: entry.volumes,
    status: entry.status || undefined,
    start_year: entry.startYear,
    genres: namedGenres,
    subgenres: (language: Language) => namedGenres(language).slice(1),
    themes: (language: Language) => themesOf(entry, language),
    demographic: () => demographicOf(entry).slug || 'general',
    warnings: (language: Language) => warnings().map((finding) => namedFinding(finding, language === 'ja' ? japaneseWarning(finding.slug) : finding.slug, language)),
    readingLevel: (language: Language) =>
      new Named(language === 'ja' ? `${level().minimumAge}歳以上` : (READING_LEVELS[level().rank] ?? 'teen'), {
        slug: READING_LEVELS[level().rank], confidence: level().confidence, reason: level().reason[language], minimumAge: level().minimumAge,
        evidence: warnings().flatMap(({ evidence }) => evidence),
      }),
    readingRank: () => level().rank,
    minimumAge: () => level().minimumAge,
    similar: (language: Language) => nearest(alike()).map((likeness, index) => namedLikeness(likeness, index, language)),
    ranking: (language: Language) => alike().map((likeness, index) => ranked(namedLikeness(likeness, index, language))),
    list: (language: Language) => (candidates.length > 0 ? alike().map((likeness, index) => namedLikeness(likeness, index, language)) : undefined),
    summary: (language: Language) => described(entry, genres(), language),
    isSafe: () => level().rank < 3 && !warnings().some(({ slug }) => GRAPHIC.test(slug)),
    facts: (language: Language) => statementsOf(entry, language).map(({ text, field }) => new Named(text, { fact: text, text, statement: text, field, source: field, list: undefined })),
    tagline: (language: Language) => sentencesOf(inLanguage(entry, language))[0] ?? titleOf(entry, language),
    keyPoints: (language: Language) => sentencesOf(inLanguage(entry, language)),
    mood: (language: Language) => moodOf(genres(), language),
    reason,
    evidence: () => (focus === 'readingLevel' ? warnings() : genres()).flatMap(({ evidence }) => evidence).slice(0, 6),
    confidence: () => (focus === 'readingLevel' ? level().confidence : focus === 'similar' ? (alike()[0]?.score ?? 0) : overall()),
    score: overall,
    language: (language: Language) => language,
  };
}

/** The synopsis, and whom it is for where it is short. */
function described(entry: Entry, genres: readonly Finding[], language: Language): string {
  const about = inLanguage(entry, language);
  const themes = themesOf(entry, language).slice(0, 3);
  if (sentencesOf(about).length >= 3 || genres.length === 0 || entry.themesEn.length + entry.themesJa.length === 0) return about;
  const names = genres.slice(0, 2).map(({ slug }) => genreName(slug, language));
  const closing = language === 'ja' ? `${names.join('や')}が好きな方、「${themes.join('」「')}」に惹かれる方におすすめです。` : `Readers who like ${names.join(' and ')}, and stories about ${themes.join(', ')}, will feel at home.`;
  return `${about}${language === 'ja' || about === '' ? '' : ' '}${closing}`;
}

/** Those with something in common; where none has, the few that were offered first. */
function nearest(alike: readonly Likeness[]): Likeness[] {
  const common = alike.filter(({ score }) => score > 0);
  return common.length > 0 ? common.slice(0, MOST_GENRES) : alike.slice(0, 3);
}

function namedFinding({ slug, confidence, evidence }: Finding, name: string, language: Language): Named {
  const because = language === 'ja' ? `「${evidence.slice(0, 3).join('」「')}」とあるため。` : `The entry says ${evidence.slice(0, 3).map((word) => `"${word}"`).join(', ')}.`;
  return new Named(name, { slug, name, label: name, title: name, genres: name, warnings: name, confidence, score: confidence, evidence, reason: because });
}

function namedLikeness({ entry, score, reason }: Likeness, index: number, language: Language): Named {
  return new Named(offeredName(entry, language), {
    id: entry.id || offeredName(entry, language), title: (its: Language) => offeredName(entry, its), score, confidence: score, reason: (its: Language) => reason[its], rank: index + 1, position: index + 1,
    genres: (its: Language) => entry.genres.map((genre) => genreName(genre, its)), summary: (its: Language) => inLanguage(entry, its), list: undefined,
  });
}

/** A ranking names ids where it can. */
function ranked(named: Named): Named {
  return new Named(String(named.facts['id']), named.facts);
}

function genreReason(genres: readonly Finding[], language: Language): string {
  const told = genres.slice(0, 3).map(({ slug, evidence }) => (language === 'ja' ? `${genreName(slug, 'ja')}（${evidence.slice(0, 2).join('、')}）` : `${genreName(slug, 'en')} (${evidence.slice(0, 2).join(', ')})`));
  if (told.length === 0) return language === 'ja' ? 'ジャンルを示す言葉が見当たりません。' : 'No word of the entry speaks for a genre.';
  return language === 'ja' ? `紹介文から${told.join('、')}と判断しました。` : `The entry speaks for ${told.join(', ')}.`;
}

const MOODS: ReadonlyArray<readonly [RegExp, Readonly<Record<Language, string>>]> = [
  [/horror|thriller|crime|war/, { en: 'tense and dark', ja: '緊張感のある重い雰囲気' }],
  [/comedy/, { en: 'light and funny', ja: '明るく楽しい雰囲気' }],
  [/slice-of-life|gourmet|school/, { en: 'gentle and warm', ja: '穏やかで温かい雰囲気' }],
  [/romance/, { en: 'tender', ja: '甘く切ない雰囲気' }],
  [/action|adventure|sports|fantasy/, { en: 'lively and stirring', ja: '躍動感のある熱い雰囲気' }],
];

export function moodOf(genres: readonly Finding[], language: Language): string {
  const moods = genres.map(({ slug }) => MOODS.find(([pattern]) => pattern.test(slug))?.[1]);
  return (moods.find((mood) => mood !== undefined) ?? { en: 'thoughtful', ja: '落ち着いた雰囲気' })[language];
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0.35 : Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 100) / 100;
}
