import { hasJapanese, type Language } from '../text.ts';

/** Words both ways; longer ones first when used. */
const GLOSSARY: ReadonlyArray<readonly [string, string]> = [
  ['高校生', 'high school student'], ['中学生', 'middle school student'], ['大学生', 'university student'], ['主人公', 'protagonist'], ['物語', 'story'], ['少年', 'boy'], ['少女', 'girl'],
  ['冒険', 'adventure'], ['海賊', 'pirate'], ['仲間', 'companions'], ['世界', 'world'], ['異世界', 'another world'], ['魔法', 'magic'], ['魔王', 'demon king'], ['勇者', 'hero'],
  ['剣士', 'swordsman'], ['戦い', 'battle'], ['戦争', 'war'], ['家族', 'family'], ['兄弟', 'brothers'], ['姉妹', 'sisters'], ['友情', 'friendship'], ['恋愛', 'romance'], ['日常', 'everyday life'],
  ['学校', 'school'], ['部活', 'school club'], ['料理', 'cooking'], ['音楽', 'music'], ['野球', 'baseball'], ['サッカー', 'soccer'], ['バスケットボール', 'basketball'], ['探偵', 'detective'],
  ['事件', 'case'], ['吸血鬼', 'vampire'], ['妖怪', 'yokai'], ['鬼', 'demon'], ['東京', 'Tokyo'], ['日本', 'Japan'], ['漫画', 'manga'], ['作者', 'author'], ['第', 'no. '], ['巻', 'volume'],
  ['ファンタジー', 'fantasy'], ['ミステリー', 'mystery'], ['ホラー', 'horror'], ['コメディ', 'comedy'], ['夢', 'dream'], ['旅', 'journey'], ['復讐', 'revenge'], ['成長', 'growth'],
];

/** Sentences that a shop says every day, whole. */
const PHRASES: ReadonlyArray<readonly [string, string]> = [
  ['こんにちは', 'Hello'], ['ありがとうございます', 'Thank you very much'], ['いらっしゃいませ', 'Welcome to our shop'], ['お待ちください', 'Please wait'], ['在庫がございます', 'It is in stock'],
  ['在庫切れです', 'It is out of stock'], ['申し訳ございません', 'We are very sorry'], ['発送しました', 'It has been shipped'], ['ご注文ありがとうございます', 'Thank you for your order'], ['お探しの作品は何ですか', 'Which series are you looking for'],
  ['この漫画は面白いです', 'This manga is interesting'], ['おすすめの漫画を教えてください', 'Please recommend a manga'],
];

/** Whole phrases first, then word for word from a small glossary, and labelled as such: the scripted model does not know languages. */
export function translation(brief: string, question: string): string {
  const source = question.replace(/^[^\n:：]*(?:translat|翻訳|和訳|英訳)[^\n:：]*[:：\n]\s*/i, '').trim();
  const toJapanese = /\b(?:in)?to japanese\b|日本語(?:に|へ)|和訳/i.test(brief) || (!/\b(?:in)?to english\b|英語(?:に|へ)|英訳/i.test(brief) && !hasJapanese(source));
  return translated(source, toJapanese ? 'ja' : 'en');
}

interface Replacement {
  pattern: RegExp;
  by: string;
}

/** Longer words first, so that no word is replaced inside another. */
const REPLACEMENTS: Readonly<Record<Language, readonly Replacement[]>> = {
  ja: [...PHRASES, ...GLOSSARY].sort((a, b) => b[1].length - a[1].length).map(([ja, en]) => ({ pattern: new RegExp(`\\b${en.trim().replaceAll('.', '\\.')}s?\\b`, 'gi'), by: ja })),
  en: [...PHRASES, ...GLOSSARY].sort((a, b) => b[0].length - a[0].length).map(([ja, en]) => ({ pattern: new RegExp(ja, 'g'), by: ` ${en} ` })),
};

/** A text that is in the language already stays as it is. */
export function translated(source: string, language: Language): string {
  if (hasJapanese(source) === (language === 'ja')) return source;
  let text = source;
  for (const { pattern, by } of REPLACEMENTS[language]) text = text.replaceAll(pattern, by);
  text = text.replaceAll(/ {2,}/g, ' ').trim();
  return language === 'ja' ? `【語句置換による下訳】${text}` : `[Draft, word by word] ${text}`;
}
