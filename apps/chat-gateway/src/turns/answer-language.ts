import type { AnswerLanguage } from '@manga-assist/schemas';

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

/** The language to answer in: the one that was asked for, else the question's own. */
export function answerLanguage(wanted: AnswerLanguage, text: string): 'en' | 'ja' {
  if (wanted !== 'auto') return wanted;
  return JAPANESE.test(text) ? 'ja' : 'en';
}
