import type { Conversation } from './conversation.ts';
import type { Intent } from './intent.ts';
import { seriesIn, type Series } from './series.ts';

/** The series a question is about: named in it, or the one talked about before. */
export interface Subject {
  title: string;
  id?: string;
  /** True when it comes from earlier in the conversation. */
  isRemembered: boolean;
}

const POINTER = /^(?:じゃあ?|では|それじゃあ?|それでは?|あと|また|(?:(?:そ|こ)の)?(?:続き|つづき|次(?:の巻|巻)?)|(?:の)?(?:漫画|マンガ|作品|シリーズ|やつ|もの)(?:の)?|all(?: of (?:them|it|those))?|them all|every volume|per volume|(?:そ|こ|あ)(?:れ|の)?(?:漫画|マンガ|作品|シリーズ)?(?:の)?|同じ(?:漫画|作品|作者)?(?:の)?|似た(?:漫画|マンガ|作品|もの)?|(?:it|its|that|this|they|them|the same|one|same|there|those|these)(?: one| series| manga)?|(?:the )?(?:first|second|third|last)(?: one)?|\d?(?:つ目|番目)|[一二三]つ目|最初の?|volumes?|what about|how about|then|also|the|(?:next|following)(?: one| volume| book)?|\s)*$/i;
const ORDINALS: ReadonlyArray<readonly [RegExp, number]> = [
  [/\bfirst\b|1つ目|一つ目|1番目|最初/i, 0],
  [/\bsecond\b|2つ目|二つ目|2番目/i, 1],
  [/\bthird\b|3つ目|三つ目|3番目/i, 2],
];

export function subjectOf(intent: Intent, conversation: Conversation): Subject | undefined {
  const title = intent.title?.replace(/^(?:what|how) about\s+/i, '').trim() ?? '';
  if (title !== '' && (intent.isQuoted || !POINTER.test(title))) return { title, isRemembered: false };
  return remembered(intent, conversation);
}

/** The series talked about last, or the one of several that the question points to. */
export function remembered(intent: Intent, conversation: Conversation): Subject | undefined {
  const last = conversation.earlierOutcomes.findLast(({ isError, content }) => !isError && seriesIn(content).length > 0);
  const candidates = inOrderOfMention(last ? seriesIn(last.content) : [], conversation.lastAnswer);
  const place = ORDINALS.find(([pattern]) => pattern.test(intent.text))?.[1] ?? 0;
  const series = candidates[place] ?? candidates[0];
  const named = conversation.language === 'ja' ? (series?.titleJa ?? series?.titleEn) : (series?.titleEn ?? series?.titleJa);
  const title = named ?? series?.titleRomaji ?? titleIn(conversation.lastAnswer, place);
  if (!title) return undefined;
  return series?.id ? { title, id: series.id, isRemembered: true } : { title, isRemembered: true };
}

function inOrderOfMention(candidates: readonly Series[], answer: string): Series[] {
  const place = (series: Series): number => {
    const places = [series.titleJa, series.titleEn].flatMap((title) => (title && answer.includes(title) ? [answer.indexOf(title)] : []));
    return places.length > 0 ? Math.min(...places) : Infinity;
  };
  const mentioned = candidates.filter((series) => place(series) < Infinity);
  return mentioned.length > 0 ? mentioned.sort((a, b) => place(a) - place(b)) : [...candidates];
}

/** Gateways that keep only texts leave us our own bold titles. */
function titleIn(answer: string, place: number): string | undefined {
  const titles = Array.from(answer.matchAll(/\*\*(?:「([^」]+)」|([^*(（]+?))\s*(?:[(（][^*]*)?\*\*|「([^」]+)」/g), (found) => found[1] ?? found[2] ?? found[3]);
  return titles[place] ?? titles[0];
}
