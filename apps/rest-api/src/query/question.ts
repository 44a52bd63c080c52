import { AppError, cleanText } from '@manga-assist/foundation';
import type { MangaQueryRequest } from '@manga-assist/schemas/rest';

/** A request whose text has been cleaned: what is shown to the model and what the cache knows it by. */
export interface Question {
  text: string;
  /** Width and white space folded: spellings that share an answer share it. */
  keyText: string;
  /** The language to answer in, `auto` resolved. */
  answerLanguage: 'en' | 'ja';
  request: MangaQueryRequest;
}

const MOST_CODE_POINTS = 4_000;
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

/** The question a request asks. Errors: `invalid` `query.invalid-unicode`, `query.empty`, `query.too-long`. */
export function questionOf(request: MangaQueryRequest): Question {
  const cleaned = cleanText(request.query);
  if (cleaned === undefined) throw refused('query.invalid-unicode', 'holds characters that are not valid Unicode');
  if (cleaned.codePoints === 0) throw refused('query.empty', 'is empty once invisible characters are removed');
  if (cleaned.codePoints > MOST_CODE_POINTS) throw refused('query.too-long', `must be at most ${MOST_CODE_POINTS} characters`);
  const { language } = request;
  // Asked of the folded text, so that spellings which share a key share a language.
  const answerLanguage = language === 'auto' ? (JAPANESE.test(cleaned.key) ? 'ja' : 'en') : language;
  return { text: cleaned.text, keyText: cleaned.key, answerLanguage, request };
}

function refused(code: string, message: string): AppError {
  return new AppError('invalid', code, 'The query cannot be used as it is.', { problems: [{ path: 'query', message }] });
}
