import type { ScriptedCall } from './scripted-answer.ts';
import type { Conversation } from './conversation.ts';
import type { Findings } from './findings.ts';
import type { Intent } from './intent.ts';
import { matchTitle } from './match-title.ts';
import { subjectOf, type Subject } from './subject.ts';
import { fillArguments } from './tools/fill-arguments.ts';
import { forcedCall, genericCall } from './tools/generic-call.ts';
import { orderOffers, searchOffers, seriesOffers } from './tools/offers.ts';
import { propertiesOf, toolsByRole } from './tools/tool-roles.ts';
import { TITLE_TOPICS } from './topic.ts';

/** Past this many results for one question the model would be going in circles. */
const MOST_OUTCOMES = 12;
const MOST_ORDERS = 5;
const WITHOUT_TOOLS: readonly string[] = ['piracy', 'order-change', 'injection', 'greeting', 'thanks', 'farewell', 'help', 'identity', 'off-topic', 'distress', 'mood'];
const ABOUT_STOCK: readonly string[] = ['availability', 'price'];

/** The tools to call next; none when it is time to answer. */
export function nextCalls(intent: Intent, conversation: Conversation, findings: Findings): ScriptedCall[] {
  const { tools, toolChoice, outcomes } = conversation;
  if (tools.length === 0) return [];
  const wanted = outcomes.length >= MOST_OUTCOMES ? [] : WITHOUT_TOOLS.includes(intent.topic) ? besideTheShop(intent, conversation) : wantedCalls(intent, conversation, findings);
  const made = new Set(outcomes.map(({ name, input }) => keyOf({ name, input })));
  const fresh = wanted.filter((call, index) => !made.has(keyOf(call)) && wanted.findIndex((other) => keyOf(other) === keyOf(call)) === index);
  if (toolChoice.type === 'tool') {
    const forced = fresh.filter(({ name }) => name === toolChoice.name);
    const tool = tools.find(({ name }) => name === toolChoice.name);
    return forced.length > 0 || !tool ? forced : [forcedCall(tool, intent, conversation)];
  }
  const [first] = tools;
  if (toolChoice.type === 'any' && fresh.length === 0 && first) return [forcedCall(toolsByRole(tools).search ?? first, intent, conversation)];
  return fresh;
}

/** A caller whose tools are not a bookshop's asks for other things; its tools answer them once. */
function besideTheShop(intent: Intent, conversation: Conversation): ScriptedCall[] {
  if (intent.topic !== 'off-topic' || conversation.outcomes.length > 0) return [];
  const roles = Object.values(toolsByRole(conversation.tools));
  const call = genericCall(conversation.tools.filter((tool) => !roles.includes(tool)), intent, conversation);
  return call ? [call] : [];
}

function wantedCalls(intent: Intent, conversation: Conversation, findings: Findings): ScriptedCall[] {
  const roles = toolsByRole(conversation.tools);
  const calls: ScriptedCall[] = [];
  if (roles.order) {
    for (const orderId of intent.orderIds.slice(0, MOST_ORDERS)) {
      const input = fillArguments(roles.order, orderOffers(orderId));
      if (input) calls.push({ name: roles.order.name, input });
    }
  }
  // Some shops have a tool for their hours or delivery; the catalogue knows neither.
  if (intent.topic !== 'order-status' && intent.topic !== 'store-service') calls.push(...catalogueCalls(intent, conversation, findings));
  else if (calls.length > 0 && alsoAsksForManga(intent)) calls.push(...searchCalls({ ...intent, topic: 'recommend' }, conversation, findings));
  const usesNothing = calls.length === 0 && !findings.hasSearched && findings.orders.length === 0 && findings.others.length === 0;
  if (usesNothing && !roles.search) {
    const generic = genericCall(conversation.tools.filter((tool) => tool !== roles.order), intent, conversation);
    if (generic) calls.push(generic);
  }
  return calls;
}

/** Search first; stock is asked with the id that the search gave. */
function catalogueCalls(intent: Intent, conversation: Conversation, findings: Findings): ScriptedCall[] {
  const { availability } = toolsByRole(conversation.tools);
  if (!ABOUT_STOCK.includes(intent.topic) || !availability) return searchCalls(intent, conversation, findings);
  const subject = subjectOf(intent, conversation);
  if (!subject) return [];
  const takesTitle = Object.keys(propertiesOf(availability)).some((name) => /title/i.test(name));
  const known = subject.id !== undefined ? subject : foundSubject(subject, findings);
  if (!known && !takesTitle) return searchCalls(intent, conversation, findings);
  if (findings.hasSearched && !known) return [];
  const volumes = intent.volumes.length > 0 ? intent.volumes : [undefined];
  return volumes.flatMap((volume) => {
    const input = fillArguments(availability, seriesOffers(known ?? subject, volume));
    return input ? [{ name: availability.name, input }] : [];
  });
}

function foundSubject(subject: Subject, findings: Findings): { id?: string; title: string } | undefined {
  const { match, series } = matchTitle(subject.title, findings.series);
  if (match === 'none' || !series?.id) return undefined;
  return { id: series.id, title: series.titleJa ?? series.titleEn ?? subject.title };
}

function searchCalls(intent: Intent, conversation: Conversation, findings: Findings): ScriptedCall[] {
  if (findings.hasSearched || conversation.catalogue !== undefined) return [];
  const { search, similar } = toolsByRole(conversation.tools);
  const takesSimilarTo = search !== undefined && Object.keys(propertiesOf(search)).some((name) => /similar/i.test(name));
  if (intent.similarTo && similar && !(takesSimilarTo && asksForMoreThanLikeness(intent))) {
    const input = fillArguments(similar, [...seriesOffers({ title: intent.similarTo }, undefined), ...searchOffers(intent, conversation, false)]);
    if (input) return [{ name: similar.name, input }];
  }
  if (!search) return [];
  const subject = TITLE_TOPICS.includes(intent.topic) ? subjectOf(intent, conversation) : undefined;
  const asked = subject ? { ...intent, title: subject.title } : intent;
  const input = fillArguments(search, searchOffers(asked, conversation, takesSimilarTo));
  return input ? [{ name: search.name, input }] : [];
}

/** A tool for similar series has no place for a theme, an author or a finished story; a search that takes a series has. */
function asksForMoreThanLikeness({ theme, author, wantsFinished, wishes }: Intent): boolean {
  return theme !== '' || author !== undefined || wantsFinished || wishes.wantsUnfinished === true;
}

function alsoAsksForManga(intent: Intent): boolean {
  return intent.similarTo !== undefined || /おすすめ|オススメ|似た|みたいな|\brecommend|\bsuggest|\bsimilar\b/i.test(intent.text);
}

function keyOf({ name, input }: ScriptedCall): string {
  const entries = Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name} ${JSON.stringify(entries)}`;
}
