export const PAGE_LANGUAGES = ['en', 'ja'] as const;
export type PageLanguage = (typeof PAGE_LANGUAGES)[number];

export function isPageLanguage(value: unknown): value is PageLanguage {
  return value === 'en' || value === 'ja';
}

/** The first of the browser's languages that the page speaks; English when it speaks none. */
export function browserLanguage(preferred: readonly string[]): PageLanguage {
  return preferred.map((tag) => tag.toLowerCase().split('-')[0]).find(isPageLanguage) ?? 'en';
}

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/gu;
const LATIN = /\p{Script=Latin}/gu;

/**
 * Which language a text is in, for `lang` attributes: screen readers choose the voice by it.
 * A Japanese character says about as much as three letters, so 『ONE PIECE』の作者は？ is Japanese
 * and an English sentence that names ワンピース stays English.
 */
export function languageOf(text: string): PageLanguage {
  const sample = text.slice(0, 600);
  const japanese = sample.match(JAPANESE)?.length ?? 0;
  const latin = sample.match(LATIN)?.length ?? 0;
  return japanese * 3 > latin ? 'ja' : 'en';
}
