import { genreName } from '../../slots/genres.ts';
import type { Language } from '../../text.ts';
import { demographicOf, genresOf, japaneseWarning, readingLevelOf, warningsOf } from '../series/classify.ts';
import { inLanguage, sentencesOf } from '../series/in-language.ts';
import { moodOf } from '../series/series-facts.ts';
import { titleOf, type Entry } from '../series/read-entry.ts';
import { themesOf } from '../series/themes.ts';

/** What an essay can say of a series, ready to be put into sentences. */
export interface EssaySubject {
  title: string;
  authors: string;
  publisher: string;
  /** 0 where the catalogue does not say. */
  volumes: number;
  startYear: number;
  endYear: number;
  isFinished: boolean;
  genres: string[];
  themes: string[];
  readership: string;
  warnings: string[];
  minimumAge: number;
  mood: string;
  /** The sentences of the synopsis. */
  story: string[];
  /** What the reader of the essay wants to know most; empty when nothing was said. */
  focus: string;
}

export function essaySubject(entry: Entry, language: Language, focus: string): EssaySubject {
  const genres = genresOf(entry);
  const join = language === 'ja' ? '、' : ' and ';
  const { slug } = demographicOf(entry);
  const story = sentencesOf(inLanguage(entry, language));
  return {
    title: titleOf(entry, language),
    authors: (language === 'ja' ? entry.authors : entry.authorsLatin).join(join),
    publisher: entry.publisher,
    volumes: entry.volumes ?? 0,
    startYear: entry.startYear ?? 0,
    endYear: entry.endYear ?? 0,
    isFinished: /finish|complet|ended|完結/i.test(entry.status) || entry.endYear !== undefined,
    genres: genres.slice(0, 3).map((genre) => genreName(genre.slug, language)),
    themes: themesOf(entry, language),
    readership: slug === '' ? '' : genreName(slug, language),
    warnings: warningsOf(entry).map((warning) => (language === 'ja' ? japaneseWarning(warning.slug) : warning.slug)),
    minimumAge: readingLevelOf(entry).minimumAge,
    mood: moodOf(genres, language),
    story: story.length > 0 ? story : [titleOf(entry, language)],
    focus,
  };
}
