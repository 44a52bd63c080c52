import { isObject } from '../../messages/json.ts';
import { matchTitle } from '../match-title.ts';
import { subjectOf } from '../subject.ts';
import { oneLine } from '../text.ts';
import { TITLE_TOPICS } from '../topic.ts';
import { catalogueFailed, noCatalogue, nothingFound } from './nothing-found.ts';
import { aboutOneSeries } from './one-series.ts';
import { orderAnswer } from './orders.ts';
import { recommendations } from './recommendations.ts';
import type { Situation } from './situation.ts';
import { smallTalk } from './small-talk.ts';
import { stockAnswer } from './stock.ts';

/** The final answer, once there is nothing left to look up. */
export function answerInWords(situation: Situation): string {
  const { intent, conversation, findings } = situation;
  const { language, question } = conversation;
  const talk = findings.others.length > 0 ? undefined : smallTalk(intent.topic, language, question);
  if (talk !== undefined) return talk;
  if (intent.topic === 'order-status') return withRecommendations(orderAnswer(situation), situation);
  const stock = stockAnswer(situation);
  if (stock !== undefined) return stock;
  if (findings.searchFailure && findings.series.length === 0) return catalogueFailed(findings.searchFailure, language);
  if (!findings.hasSearched) return withoutSearch(situation);
  return fromCatalogue(situation);
}

/** 将棋の漫画, 巨人が人を食べる話, "manga in Edo": it is told what it is about and not what it is called. */
const DESCRIBED = /(?<!と(?:いう|言う)|って(?:いう|言う))(?:[のなるいた])(?:漫画|マンガ|まんが|話|作品|もの)|向け|\bmanga\b/i;
/** The cheapest, the longest: no search of the catalogue can tell. */
const MOST_OF_ALL = /一番|いちばん|最も|最(?:長|安|高|短|新)|\b(?:cheapest|longest|shortest|newest|oldest|most expensive)\b/i;

function fromCatalogue(situation: Situation): string {
  const { intent, conversation, findings } = situation;
  const subject = subjectOf(intent, conversation);
  if (TITLE_TOPICS.includes(intent.topic)) {
    const one = aboutOneSeries(situation);
    if (one !== undefined) return one;
    const author = intent.topic === 'title' || intent.topic === 'about' ? authorAmong(situation) : undefined;
    if (author !== undefined) return recommendations({ ...situation, intent: { ...intent, topic: 'by-author', author } }) ?? nothingFound(situation, subject?.title);
    const isDescription = !intent.isQuoted && !intent.asksForVolumes && ((DESCRIBED.test(intent.text) && !MOST_OF_ALL.test(intent.text)) || (intent.topic === 'title' && isLong(subject?.title ?? '', conversation.language)));
    if (!isDescription) return nothingFound(situation, subject?.title);
  }
  if (intent.topic === 'recommend' && intent.isQuoted && !intent.similarTo && subject && matchTitle(subject.title, findings.series).match !== 'none') {
    return aboutOneSeries({ ...situation, intent: { ...intent, topic: 'about' } }) ?? nothingFound(situation, subject.title);
  }
  return recommendations(situation) ?? nothingFound(situation, intent.similarTo ?? intent.author ?? (isLong(intent.theme, conversation.language) ? undefined : intent.theme));
}

/** A bare name may be an author's, in either order. */
function authorAmong({ intent, findings }: Situation): string | undefined {
  const key = (name: string): string => name.toLowerCase().split(/[\s・,]+/).sort().join(' ');
  const asked = intent.title ?? '';
  return findings.series.flatMap(({ authors }) => authors).find((author) => key(author) === key(asked) || (asked.length >= 3 && author.replaceAll(/\s/g, '').includes(asked.replaceAll(/\s/g, ''))));
}

function isLong(text: string, language: 'ja' | 'en'): boolean {
  return language === 'ja' ? text.length >= 14 : text.split(/\s+/).length >= 5;
}

function withRecommendations(text: string, situation: Situation): string {
  const suggestions = recommendations(situation);
  return suggestions === undefined ? text : `${text}\n\n${suggestions}`;
}

/** Nothing was looked up: an unknown tool's result is told as it is, else the answer says what is missing. */
function withoutSearch({ intent, conversation, findings }: Situation): string {
  const { language } = conversation;
  const [other] = findings.others;
  if (other) {
    if (other.failure) return catalogueFailed(other.failure, language);
    const { content } = other.outcome;
    const told = isObject(content) ? Object.entries(content).map(([key, value]) => `- ${key}: ${typeof value === 'string' ? oneLine(value, 200) : JSON.stringify(value)}`).join('\n') : oneLine(String(content ?? ''), 400);
    return language === 'ja' ? `確認した結果はこちらです。\n\n${told}` : `Here is what I found:\n\n${told}`;
  }
  const needsTitle = conversation.tools.length > 0 && TITLE_TOPICS.includes(intent.topic);
  if (!needsTitle) return noCatalogue(language);
  return language === 'ja' ? 'どの作品についてお調べしましょうか？ 作品名を教えてください。' : 'Which series would you like me to look up? Please tell me its title.';
}
