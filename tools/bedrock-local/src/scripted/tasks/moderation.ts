import type { Language } from '../text.ts';
import { Named, type Facts } from './schema/facts.ts';

const CATEGORIES: ReadonlyArray<readonly [string, RegExp]> = [
  ['harassment', /\b(?:idiot|moron|stupid|loser|shut up|kill yourself)\b|死ね|バカ|馬鹿野郎|くたばれ|消えろ/i],
  ['hate', /\b(?:subhuman|vermin)\b|\bhate (?:all )?(?:foreigners|women|men|gays|jews|muslims)\b|民族浄化|差別されて当然/i],
  ['sexual', /\b(?:porn|nude|explicit sex|erotic|hentai)\b|エロ|ポルノ|わいせつ/i],
  ['violence', /\b(?:kill|murder|behead|massacre|bomb|stab)(?:ed|ing|s)?\b|殺(?:す|して|人)|爆破|刺し殺/i],
  ['self-harm', /\b(?:suicide|self-harm|cut myself|kill myself|end my life)\b|自殺|自傷|死にたい/i],
  ['profanity', /\b(?:fuck\w*|shit\w*|bitch|asshole)\b|くそ(?:ったれ|野郎)/i],
  ['spam', /\b(?:buy now|click here|free money|limited offer|earn \$\d+)\b|https?:\/\/\S+.*https?:\/\/|今すぐ(?:クリック|購入)|必ず儲かる/i],
  ['personal-data', /[\w.+-]{1,64}@[\w-]{1,63}\.\w+|\b\d{2,4}-\d{2,4}-\d{4}\b|\b(?:\d[ -]?){15,16}\b/],
  ['piracy', /海賊版|漫画村|\bscanlations?\b|\btorrent\b|\bpirated\b/i],
  ['spoiler', /\bspoilers?\b|ネタバレ|\b(?:dies|is killed) (?:at|in) the end\b/i],
  ['manipulation', /\b(?:ignore|disregard)\b[^.!?\n]{0,60}\b(?:instructions?|rules?|above|previous)\b|\bsystem prompt\b|指示[^。\n]{0,20}無視|システムプロンプト/i],
];
/** Kinds that nobody needs to look at again before they are taken down. */
const PLAIN = /hate|sexual|self-harm|harassment|violence|spam/;
const SEVERE = /hate|self-harm|violence|sexual/;

/** What happens in a story is no offence; what is promised to a person is. */
const IN_A_STORY = /\b(?:manga|story|series|scenes?|characters?|volumes?|chapters?|hero|villain|demons?|plot)\b|漫画|マンガ|作品|場面|シーン|物語|主人公|巻|登場人物/i;
const THREAT = /\b(?:i(?:'ll| will| am going to)|we(?:'ll| will)|you should|kill (?:you|yourself|them all))\b|(?:お前|おまえ|てめえ|あいつ|店員)[^。]{0,10}殺|殺してやる|殺すぞ|ぶっ殺/i;

/** A verdict by word lists: it finds what is said plainly, and neither irony nor context. */
export function moderation(text: string): Record<string, unknown> {
  const isOnlyTold = IN_A_STORY.test(text) && !THREAT.test(text);
  const categories = CATEGORIES.filter(([name, pattern]) => pattern.test(text) && !(name === 'violence' && isOnlyTold)).map(([name]) => name);
  const isFlagged = categories.length > 0;
  return {
    flagged: isFlagged,
    safe: !isFlagged,
    allowed: !isFlagged,
    decision: isFlagged ? 'reject' : 'approve',
    categories,
    severity: categories.length === 0 ? 'none' : categories.some((name) => SEVERE.test(name)) ? 'high' : 'low',
    reason: isFlagged ? `The text contains words of these kinds: ${categories.join(', ')}.` : 'No listed word was found.',
  };
}

/** The same for schemas: allow, review or block. */
export function moderationFacts(text: string): Facts {
  const { categories, severity, ...verdict } = moderation(text) as { categories: string[]; severity: string };
  const isPlain = categories.some((name) => PLAIN.test(name));
  const decision = categories.length === 0 ? new Named('allow', {}) : isPlain ? new Named('block', {}) : new Named('review', { alternatives: ['block'] });
  return {
    ...verdict,
    categories: categories.map((name) => new Named(name, { slug: name, categories: name, confidence: 0.9 })),
    severity: new Named(severity, { alternatives: severity === 'high' ? ['critical'] : severity === 'low' ? ['medium'] : ['low'] }),
    decision,
    confidence: categories.length === 0 ? (text.length > 40 ? 0.8 : 0.7) : Math.min(0.97, 0.82 + 0.05 * categories.length),
    score: categories.length === 0 ? 0 : severity === 'high' ? 0.9 : 0.5,
    reason: (language: Language) => reasonIn(categories, language),
  };
}

const NAMES_JA: Readonly<Record<string, string>> = {
  harassment: '嫌がらせ', hate: 'ヘイト', sexual: '性的表現', violence: '暴力', 'self-harm': '自傷', profanity: '罵倒語', spam: '宣伝・迷惑行為', 'personal-data': '個人情報', piracy: '海賊版', spoiler: 'ネタバレ', manipulation: '不正な指示',
};

function reasonIn(categories: readonly string[], language: Language): string {
  if (language === 'en') return categories.length > 0 ? `The text contains words of these kinds: ${categories.join(', ')}.` : 'No listed word was found.';
  return categories.length > 0 ? `次の種類の言葉が含まれています：${categories.map((name) => NAMES_JA[name] ?? name).join('、')}。` : '問題のある言葉は見つかりませんでした。';
}
