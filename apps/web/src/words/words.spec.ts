import { CHAT_ERROR_CODES } from '@manga-assist/schemas/chat';
import { describe, expect, it } from '@jest/globals';
import { browserLanguage, languageOf, PAGE_LANGUAGES } from './language.ts';
import { words } from './words-by-language.ts';

describe('the words of the page', () => {
  it.each(PAGE_LANGUAGES)('name every error of the protocol (%s)', (language) => {
    for (const code of CHAT_ERROR_CODES) expect(words[language].errors[code]).toMatch(/\S/);
  });

  it.each(PAGE_LANGUAGES)('name whoever stood in for the usual model, also one of the store\'s own (%s)', (language) => {
    for (const [alias, name] of [['haiku', 'Haiku'], ['opus', 'Opus']] as const) expect(words[language].degraded(alias)).toContain(name);
  });

  it('offer as many starters in both languages', () => {
    expect(words.ja.starters).toHaveLength(words.en.starters.length);
    expect(words.ja.starters.map(languageOf)).toEqual(['ja', 'ja', 'ja', 'ja']);
    expect(words.en.starters.map(languageOf)).toEqual(['en', 'en', 'en', 'en']);
  });
});

describe('the language of the page', () => {
  it.each([
    [['ja-JP', 'en'], 'ja'],
    [['de-DE', 'ja'], 'ja'],
    [['JA'], 'ja'],
    [['fr'], 'en'],
    [[], 'en'],
  ])('for a browser that prefers %j is %s', (preferred, language) => {
    expect(browserLanguage(preferred)).toBe(language);
  });
});

describe('the language of a text', () => {
  it.each([
    ['『ONE PIECE』の作者は？', 'ja'],
    ['はい', 'ja'],
    ['HUNTER×HUNTERの1巻は在庫がありますか', 'ja'],
    ['Yes, ワンピース (One Piece) is in stock.', 'en'],
    ['…', 'en'],
  ])('%s is %s', (text, language) => {
    expect(languageOf(text)).toBe(language);
  });
});
