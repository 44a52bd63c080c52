import { useEffect, useState } from 'react';
import { browserLanguage, isPageLanguage, type PageLanguage } from './language.ts';
import { remember, remembered } from './remembered.ts';
import { words } from './words-by-language.ts';
import type { Words } from './words.ts';

const KEY = 'manga-assist.language';

export interface LanguageChoice {
  language: PageLanguage;
  say: Words;
  choose(language: PageLanguage): void;
}

/** The shopper's last choice, else the browser's language. Keeps <html lang> and the page's title in step. */
export function usePageLanguage(): LanguageChoice {
  const [language, setLanguage] = useState<PageLanguage>(() => {
    const last = remembered(KEY);
    return isPageLanguage(last) ? last : browserLanguage(navigator.languages);
  });
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = words[language].title;
  }, [language]);

  const choose = (chosen: PageLanguage): void => {
    remember(KEY, chosen);
    setLanguage(chosen);
  };
  return { language, say: words[language], choose };
}
