import { isSameTitle } from '../match-title.ts';
import type { Series } from '../series.ts';
import { genreName } from '../slots/genres.ts';
import { keepsTo } from '../slots/wishes.ts';
import { pick } from '../text.ts';
import { fullTitle, listItem, yen } from './series-in-words.ts';
import type { Situation } from './situation.ts';

const MOST_SHOWN = 5;
/** For the sentences before and after. */
const TOKENS_AROUND_A_LIST = 90;

export function recommendations(situation: Situation): string | undefined {
  const { intent, findings, conversation } = situation;
  const { language } = conversation;
  const seen = new Set<string>();
  const shown = findings.series
    .filter((series) => keepsTo(intent.wishes, series))
    .filter((series) => !intent.similarTo || !isSameTitle(intent.similarTo, series))
    .filter((series) => {
      const key = series.id ?? series.titleJa ?? series.titleEn ?? '';
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, intent.count ?? MOST_SHOWN);
  if (shown.length === 0) return undefined;
  const items = shown.map((series) => listItem(series, language));
  if (TOKENS_AROUND_A_LIST + roughTokens(items[0] ?? '') > conversation.maxTokens) return namesOnly(situation, shown);
  const lines = thatFit(items, conversation.maxTokens);
  return `${lead(situation, shown)}\n\n${lines.join('\n')}\n\n${shortfall(situation, lines.length)}${offer(situation)}`;
}

/** For little room: what fits is named, nothing else is said. */
function namesOnly(situation: Situation, shown: readonly Series[]): string {
  const { language, maxTokens } = situation.conversation;
  const names = shown.map((series) => `- ${fullTitle(series, language)}`);
  const before = lead(situation, shown);
  return `${before}\n\n${thatFit(names, maxTokens + TOKENS_AROUND_A_LIST - roughTokens(before) - 5).join('\n')}`;
}

/** As many as the answer has room for, at least one: a list that is cut off in the middle helps nobody. */
function thatFit(lines: readonly string[], maxTokens: number): readonly string[] {
  let room = maxTokens - TOKENS_AROUND_A_LIST;
  const end = lines.findIndex((line) => (room -= roughTokens(line)) < 0);
  return end === -1 ? lines : lines.slice(0, Math.max(1, end));
}

/** On the safe side: a Japanese character is about one token, four Latin letters are. */
function roughTokens(line: string): number {
  const japanese = line.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0;
  return Math.ceil(japanese * 1.25 + (line.length - japanese) / 3.2);
}

function lead({ intent, conversation: { language, question } }: Situation, shown: readonly Series[]): string {
  const one = shown.length === 1;
  const genres = intent.genres.map(({ slug }) => genreName(slug, language));
  const under = intent.maximumPriceYen === undefined ? '' : yen(intent.maximumPriceYen, language);
  if (language === 'ja') {
    const price = under ? `1巻${under}以下で、` : '';
    if (intent.similarTo) return `${price}「${intent.similarTo}」がお好きな方には、${pick(['こちらがおすすめです。', '次の作品はいかがでしょうか。'], question)}`;
    if (intent.author && intent.topic === 'by-author') return `${intent.author}さんの作品はこちらです。`;
    if (genres.length > 0) return `${price}${genres.join('・')}をお探しでしたら、${pick(['こちらがおすすめです。', '次の作品はいかがでしょうか。'], question)}`;
    return `${price}${pick(['お探しの内容に近い作品はこちらです。', 'ご希望に合いそうな作品をご紹介します。', 'こちらの作品はいかがでしょうか。'], question)}`;
  }
  const price = under ? ` at ${under} a volume or less` : '';
  if (intent.similarTo) return `If you enjoyed ${intent.similarTo}, ${one ? 'try this one' : 'these should suit you'}${price}:`;
  if (intent.author && intent.topic === 'by-author') return `Here ${one ? 'is what' : 'are the series'} we carry by ${intent.author}:`;
  if (genres.length > 0) return `${pick(['Here are some', 'You might enjoy these'], question)} ${genres.join(' and ')} ${pick(['picks', 'series'], question)}${price}:`;
  return `${pick(['Here is what fits best', 'These come closest to what you describe', 'I think you might like these'], question)}${price}:`;
}

function shortfall({ intent, conversation: { language } }: Situation, shown: number): string {
  if (intent.count === undefined || shown >= intent.count) return '';
  return language === 'ja' ? `条件に合う作品は${shown}件でした。` : `That is all I found that fits: ${shown} of the ${intent.count} you asked for. `;
}

function offer({ conversation: { language, question } }: Situation): string {
  return language === 'ja'
    ? pick(['気になる作品があれば、在庫や価格もお調べします。', '各巻の在庫もすぐに確認できますので、お気軽にどうぞ。'], question)
    : pick(["Would you like me to check stock or prices for any of these?", 'If one catches your eye, I can check which volumes are in stock.'], question);
}
