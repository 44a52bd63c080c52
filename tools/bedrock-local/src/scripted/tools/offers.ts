import type { Conversation } from '../conversation.ts';
import type { Intent } from '../intent.ts';
import { TITLE_TOPICS } from '../topic.ts';
import { hasWishes } from '../slots/wishes.ts';
import type { Offer } from './fill-arguments.ts';

/** Some of them will not keep to the shopper's wishes. */
const ENOUGH_TO_CHOOSE_FROM = 20;

/** What a search should be given for this question. */
export function searchOffers(intent: Intent, conversation: Conversation, takesSimilarTo: boolean): Offer[] {
  const query = queryOf(intent, conversation, takesSimilarTo);
  const demographics = intent.genres.filter(({ kind }) => kind === 'demographic').map(({ slug }) => slug);
  const genres = intent.genres.filter(({ kind }) => kind === 'genre').map(({ slug }) => slug);
  const isTitle = TITLE_TOPICS.includes(intent.topic);
  return [
    { property: /query|keyword|^q$|^text$|search/i, values: [query] },
    { property: /similar/i, values: [intent.similarTo] },
    { property: /^(?:author|creator|mangaka)/i, values: isTitle ? [] : [intent.author] },
    { property: /demographic|audience/i, values: isTitle ? [] : demographics },
    { property: /genre|category/i, values: isTitle ? [] : [...genres, ...demographics] },
    { property: /max.*price|price.*max|budget/i, values: [intent.maximumPriceYen] },
    { property: /status|completed?|finished/i, values: !isTitle && intent.wantsFinished ? ['finished', 'completed', 'complete', true] : intent.wishes.wantsUnfinished ? ['ongoing'] : [] },
    { property: /^(?:max_?results?|limit|count|n|size|top_?k|max_?items)$/i, values: [hasWishes(intent.wishes) ? ENOUGH_TO_CHOOSE_FROM : intent.count] },
    { property: /^(?:language|locale|lang)$/i, values: [conversation.language] },
  ];
}

export function orderOffers(orderId: string): Offer[] {
  return [{ property: /order|tracking|^id$/i, values: [orderId] }];
}

export function seriesOffers(series: { id?: string; title?: string }, volume: number | undefined): Offer[] {
  return [
    { property: /manga_?id|product_?id|series_?id|^id$/i, values: [series.id] },
    { property: /title|name/i, values: [series.title] },
    { property: /^vol/i, values: [volume] },
  ];
}

function queryOf(intent: Intent, conversation: Conversation, takesSimilarTo: boolean): string {
  if (intent.topic === 'by-author' && intent.author) return intent.author;
  if (intent.topic === 'recommend') {
    const genres = intent.genres.map(({ slug, ja }) => (conversation.language === 'ja' ? ja : slug)).join(' ');
    if (!intent.similarTo) return intent.theme || genres || (conversation.language === 'ja' ? '人気の漫画' : 'popular manga');
    return takesSimilarTo ? intent.theme || intent.similarTo : intent.similarTo;
  }
  return intent.title || intent.theme || intent.text;
}
