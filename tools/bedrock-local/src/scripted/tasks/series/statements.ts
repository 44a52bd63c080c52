import { genreName } from '../../slots/genres.ts';
import type { Language } from '../../text.ts';
import { japaneseWarning } from './classify.ts';
import { titleOf, type Entry } from './read-entry.ts';
import { inLanguage, sentencesOf } from './in-language.ts';

/** One thing that an entry says, and the member that says it. */
export interface Statement {
  text: string;
  field: string;
}

const MOST_STATEMENTS = 20;

/** All that an entry says, one thing in each sentence: its story first. */
export function statementsOf(entry: Entry, language: Language): Statement[] {
  const isJapanese = language === 'ja';
  const title = titleOf(entry, language);
  const statements: Statement[] = sentencesOf(inLanguage(entry, language)).map((text) => ({ text, field: 'synopsis' }));
  const add = (field: string, given: unknown, en: string, ja: string): void => {
    if (given !== '' && given !== undefined && given !== 0 && !(Array.isArray(given) && given.length === 0)) statements.push({ field, text: isJapanese ? ja : en });
  };
  const authors = isJapanese ? entry.authors : entry.authorsLatin;
  const genres = entry.genres.map((genre) => genreName(genre, language));
  const themes = isJapanese && entry.themesJa.length > 0 ? entry.themesJa : entry.themesEn;
  add('authors', authors, `${title} is by ${authors.join(' and ')}.`, `作者は${authors.join('、')}です。`);
  add('genres', genres, `Its genres are ${genres.join(', ')}.`, `ジャンルは${genres.join('・')}です。`);
  add('themes', themes, `Its themes are ${themes.join(', ')}.`, `テーマは「${themes.join('」「')}」です。`);
  add('demographic', entry.demographic, `It is filed as ${entry.demographic}.`, `${genreName(entry.demographic, 'ja')}に分類されています。`);
  add('content_flags', entry.flags, `It is flagged for ${entry.flags.join(', ')}.`, `「${entry.flags.map(japaneseWarning).join('」「')}」の注意書きがあります。`);
  add('volumes', entry.volumes, `It has ${entry.volumes ?? 0} volumes.`, `全${entry.volumes ?? 0}巻です。`);
  add('start_year', entry.startYear, `It began in ${entry.startYear ?? 0}.`, `${entry.startYear ?? 0}年に始まりました。`);
  add('end_year', entry.endYear, `It ended in ${entry.endYear ?? 0}.`, `${entry.endYear ?? 0}年に終わりました。`);
  add('status', entry.status, `Its status is ${entry.status}.`, `状況は「${entry.status}」です。`);
  add('publisher', entry.publisher, `It is published by ${entry.publisher}.`, `出版社は${entry.publisher}です。`);
  return statements.slice(0, MOST_STATEMENTS);
}
