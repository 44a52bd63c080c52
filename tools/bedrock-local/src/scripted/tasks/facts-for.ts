import { isObject, type JsonObject } from '../../messages/json.ts';
import { hasJapanese, type Language } from '../text.ts';
import { fenced, type Briefing } from './briefing/briefing.ts';
import type { Fence } from './briefing/fences.ts';
import { conversationFacts } from './conversation-facts.ts';
import { coverFacts } from './cover/cover-facts.ts';
import { judgedFacts } from './judged-facts.ts';
import { notesFacts } from './notes-facts.ts';
import { moderationFacts } from './moderation.ts';
import { once } from './once.ts';
import { candidatesFrom, orderCandidates } from './re-ranking.ts';
import { readItems, type TextItem } from './read-items.ts';
import { Named, type Facts } from './schema/facts.ts';
import { readPropertyName } from './schema/topic-names.ts';
import { readEntry, type Entry } from './series/read-entry.ts';
import { seriesFacts, type Focus } from './series/series-facts.ts';
import { summary } from './summary.ts';
import { translated } from './translation.ts';

const TRANSLATION = /translat|翻訳|和訳|英訳|訳して|訳し/i;
const ENTRY = /^(?:catalogu?e_entry|entry|series|manga|subject)$/;
/** Data that has its own way of being read; everything else in JSON is known as it stands. */
const READ_OTHERWISE = /^(?:catalogu?e_entry|entry|series|manga|subject|candidates|items|texts|reviews|comments|conversation|text|focus|question|query)$/;

/** Everything that is known for a schema to be filled from, by what the data are. */
export function factsFor(briefing: Briefing, schema: JsonObject): Facts {
  const entry = fenced(briefing, ENTRY);
  const conversation = fenced(briefing, /^(?:conversation|transcript|chat|history)$/);
  const notes = fenced(briefing, /^notes$/);
  const collected = briefing.fences.find(({ tag, json }) => /^(?:facts|extraction)$/.test(tag) && Array.isArray(json));
  const [image] = briefing.images;
  const items = readItems(briefing.asTheyCame);
  return {
    ...baseFacts(briefing),
    ...textFacts(briefing, items),
    ...(entry || (items.length === 0 && !conversation && !notes) ? entryFacts(briefing, schema, entry) : {}),
    ...handedOver(briefing),
    ...(conversation ? conversationFacts(conversation) : notes ? notesFacts(notes) : {}),
    ...(collected ? judgedFacts(collected, readEntry(entry ?? collected), fenced(briefing, /^question$/)?.text ?? '') : {}),
    ...rankingFacts(briefing, entry),
    ...(items.length > 0 ? itemFacts(briefing, items) : {}),
    ...(image ? coverFacts(image) : {}),
  };
}

function baseFacts({ data, language }: Briefing): Facts {
  return {
    summary: once(() => summary(data)),
    language,
    sourceLanguage: () => (hasJapanese(data) ? 'ja' : 'en'),
    targetLanguage: language,
    word_count: () => data.split(/\s+/).length,
    confidence: () => Math.min(0.9, Math.round((0.4 + data.length / 4_000) * 100) / 100),
  };
}

function textFacts(briefing: Briefing, items: readonly TextItem[]): Facts {
  return items.length > 1 ? {} : moderationFacts(items[0]?.text ?? briefing.data);
}

function entryFacts(briefing: Briefing, schema: JsonObject, entry: Fence | undefined): Facts {
  const candidates = candidateEntries(briefing);
  const read = readEntry(entry ?? { json: jsonIn(briefing.data), text: briefing.data });
  // A schema that asks for nothing a series has is about something else, whatever the text.
  return entry || isAboutSeries(schema) ? seriesFacts(read, candidates, focusOf(schema)) : {};
}

function candidateEntries(briefing: Briefing): Entry[] {
  const fence = fenced(briefing, /^(?:candidates|similar_candidates)$/);
  if (!fence) return [];
  return candidatesFrom(fence).map(({ item, text }) => readEntry({ json: isObject(item) ? item : undefined, text }));
}

const FOCUSES: readonly Focus[] = ['genres', 'readingLevel', 'similar', 'summary'];

/** The first thing a schema asks for that a series has. */
function focusOf(schema: JsonObject): Focus {
  const topics = topicsOf(schema);
  return FOCUSES.find((focus) => focus === topics.find((topic) => FOCUSES.some((known) => known === topic))) ?? 'genres';
}

function isAboutSeries(schema: JsonObject): boolean {
  return topicsOf(schema).some((topic) => ['genres', 'readingLevel', 'similar', 'demographic', 'themes', 'warnings'].includes(topic));
}

function topicsOf({ properties }: JsonObject): string[] {
  return Object.keys(isObject(properties) ? properties : {}).flatMap((name) => readPropertyName(name).topic ?? []);
}

/** What an earlier step has found out is known as it stands, and can be written up. */
function handedOver(briefing: Briefing): Facts {
  const { fences } = briefing;
  const facts: Record<string, unknown> = {};
  for (const { json } of fences.filter(({ tag, json: value }) => !READ_OTHERWISE.test(tag) && isObject(value))) {
    for (const [name, value] of Object.entries(isObject(json) ? json : {})) facts[readPropertyName(name).plain] = value;
  }
  const known = Object.values(facts).filter((value) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)).length;
  if (known === 0) return facts;
  const share = known / Object.keys(facts).length;
  const verdict = share >= 0.5 ? new Named('accept', { alternatives: ['approve', 'good', 'yes', 'pass'] }) : new Named('revise', { alternatives: ['review', 'reject', 'no'] });
  return { ...facts, summary: (language: Language) => writeUp(facts, fenced(briefing, /^(?:question|focus)$/)?.text ?? '', language), decision: verdict, score: Math.round((0.4 + 0.55 * share) * 100) / 100 };
}

function writeUp(facts: Facts, question: string, language: Language): string {
  const texts = Object.values(facts).flatMap((value) => (typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []));
  const sentences = texts.filter((text) => /[.。!?！？]$/.test(text) || text.length > 60);
  const words = texts.filter((text) => !sentences.includes(text)).slice(0, 8);
  if (language === 'ja') return [question && `「${question}」について。`, ...sentences.slice(0, 5), words.length > 0 && `鍵となるのは「${words.join('」「')}」です。`].filter(Boolean).join('');
  return [question && `On the question "${question}":`, ...sentences.slice(0, 5), words.length > 0 && `What matters here: ${words.join(', ')}.`].filter(Boolean).join(' ');
}

function rankingFacts(briefing: Briefing, entry: Fence | undefined): Facts {
  const fence = fenced(briefing, /^candidates$/);
  if (!fence || entry) return {};
  const query = briefing.fences.filter(({ tag }) => tag !== 'candidates').map(({ text }) => text).join('\n') || briefing.instructions;
  const ordered = once(() => orderCandidates(query, candidatesFrom(fence)));
  const named = (): Named[] =>
    ordered().map(({ id, score, title, shared }, index) => {
      const words = shared.slice(0, 3);
      const reason = (language: Language): string =>
        words.length === 0 ? (language === 'ja' ? '共通する言葉はありません。' : 'It shares no words with what was asked.') : language === 'ja' ? `「${words.join('」「')}」が一致します。` : `It shares ${words.map((word) => `"${word}"`).join(', ')}.`;
      return new Named(String(id), { id, title: title ?? String(id), name: title ?? String(id), score, confidence: score, rank: index + 1, position: index + 1, reason, list: undefined });
    });
  return { ranking: named, similar: named, list: named, reason: (language: Language) => String((named()[0]?.facts['reason'] as ((language: Language) => string) | undefined)?.(language) ?? ''), confidence: () => ordered()[0]?.score ?? 0 };
}

function itemFacts(briefing: Briefing, items: readonly TextItem[]): Facts {
  const { instructions, language } = briefing;
  if (TRANSLATION.test(instructions)) {
    const target = (text: string): Language => (briefing.isLanguageAskedFor ? language : hasJapanese(text) ? 'en' : 'ja');
    const named = items.map(({ id, text }) => {
      const result = once(() => translated(text, target(text)));
      return new Named(result(), { id, text: result, translation: result, summary: result, original: text, source: text, source_text: text, source_language: hasJapanese(text) ? 'ja' : 'en', sourceLanguage: hasJapanese(text) ? 'ja' : 'en', target_language: target(text), targetLanguage: target(text), confidence: 0.5, list: undefined });
    });
    return { ...(named.length === 1 ? named[0]?.facts : {}), list: named, translation: named };
  }
  const named = items.map(({ id, text }) => new Named(id, { id, text, ...moderationFacts(text), list: undefined }));
  const ids = (decision: string): string[] => named.flatMap(({ name, facts }) => ((facts['decision'] as Named).name === decision ? [name] : []));
  return {
    ...(named.length === 1 ? named[0]?.facts : {}),
    list: named,
    blocked: () => ids('block').length, allowed_count: () => ids('allow').length, review_count: () => ids('review').length, total: items.length,
    summary: (its: Language) => (its === 'ja' ? `${items.length}件中、許可${ids('allow').length}件、要確認${ids('review').length}件、拒否${ids('block').length}件。` : `${items.length} texts: ${ids('allow').length} allowed, ${ids('review').length} to review, ${ids('block').length} blocked.`),
  };
}

function jsonIn(text: string): unknown {
  const start = text.indexOf('{');
  try {
    return start < 0 ? undefined : JSON.parse(text.slice(start, text.lastIndexOf('}') + 1));
  } catch {
    return undefined;
  }
}
