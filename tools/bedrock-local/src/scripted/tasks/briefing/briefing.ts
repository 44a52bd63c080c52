import { isObject, type JsonObject } from '../../../messages/json.ts';
import { documentText } from '../../../messages/document-text.ts';
import type { Message, MessagesRequest } from '../../../messages/messages-request.ts';
import { hasJapanese, type Language } from '../../text.ts';
import { jsonOf, readFences, type Fence } from './fences.ts';
import { schemaInWords } from './schema-in-words.ts';
import { valueWithoutOrders, withoutOrders } from './without-orders.ts';

/** What a piece of work asks for, and the data it comes with. */
export interface Briefing {
  /** The system prompt and the words around the data. */
  instructions: string;
  /** The fenced data, without sentences that give orders to the model. */
  fences: Fence[];
  /** The fenced data as it came: for work on the words themselves. */
  asTheyCame: Fence[];
  /** All data as text: the fences, or the whole question where nothing is fenced. */
  data: string;
  /** The language that is asked for, else that of the instructions. */
  language: Language;
  isLanguageAskedFor: boolean;
  schema: JsonObject | undefined;
  /** Base64 of each picture, with its media type. */
  images: { mediaType: string; data: string }[];
  /** What the model has said before in this conversation, oldest first. */
  earlierAnswers: string[];
}

const REPAIR = /does(?: not|n't) fit|(?:answer|try) again|not valid json|validation errors?|fix the (?:json|errors?)|corrected|修正して|やり直し/i;
const TOLD: readonly RegExp[] = [
  /answer language\s*[:：]\s*(ja|en|japanese|english)\b/i,
  /\b(?:target|output) language\s*[:：]?\s*["'(]*(ja|en|japanese|english)\b/i,
  /\b(?:answer|respond|reply|write|translate)[^.\n]{0,60}?\b(?:in(?:to)?|to) (japanese|english)\b/i,
  /\b(?:all )?texts? (?:must be |should be |is |are )?in (japanese|english)\b/i,
];
/** The language of the data, and not that of the instructions. */
const AS_THE_DATA = /\bin the (?:same )?language (?:in which|that|of|as) (?:the )?(?:reader|shopper|customer|user|message|text|conversation)\b|(?:読者|お客様|会話|本文)と同じ言語/i;
const TOLD_JA: ReadonlyArray<readonly [RegExp, Language]> = [
  [/日本語(?:で|に)[^。\n]{0,20}(?:答|書|回答|出力|訳|作成|翻訳)|和訳/, 'ja'],
  [/英語(?:で|に)[^。\n]{0,20}(?:答|書|回答|出力|訳|作成|翻訳)|英訳/, 'en'],
];

export function readBriefing(request: MessagesRequest): Briefing {
  const system = request.system.map(({ text }) => text).join('\n');
  const asked = askedIn(request.messages);
  const documents = asked ? documentsIn(asked) : [];
  const { fences: tagged, outside } = readFences(asked ? textOf(asked) : '');
  const fences = [...tagged, ...documents];
  const prompt = asked ? textOf(asked) : '';
  const instructions = `${system}\n${fences.length > 0 ? outside : ''}`.trim();
  const told = toldLanguage(`${system}\n${outside.slice(0, 2_000)}`);
  const clean = fences.map((fence): Fence => {
    const json = valueWithoutOrders(fence.json);
    return { tag: fence.tag, json, text: json === undefined ? withoutOrders(fence.text) : typeof json === 'string' ? json : JSON.stringify(json) };
  });
  return {
    instructions,
    fences: clean,
    asTheyCame: fences,
    data: clean.length > 0 ? clean.map(({ text }) => text).join('\n') : withoutOrders(prompt),
    language: told ?? (AS_THE_DATA.test(instructions) ? languageOf(clean.map(({ text }) => text).join('\n')) : hasJapanese(fences.length > 0 ? outside || system : prompt) ? 'ja' : 'en'),
    isLanguageAskedFor: told !== undefined,
    schema: request.answerSchema ?? schemaInWords(system) ?? schemaInWords(outside),
    images: (asked?.content ?? []).flatMap((block) => {
      const source = block.type === 'image' && isObject(block.body['source']) ? block.body['source'] : undefined;
      return typeof source?.['data'] === 'string' ? [{ mediaType: String(source['media_type']), data: source['data'] }] : [];
    }),
    earlierAnswers: request.messages.filter(({ role }) => role === 'assistant').map(textOf),
  };
}

export function fenced(briefing: Briefing, tag: RegExp): Fence | undefined {
  return briefing.fences.find((fence) => tag.test(fence.tag));
}

/** The last message with data; a request to mend an answer speaks of data that came earlier. */
function askedIn(messages: readonly Message[]): Message | undefined {
  const questions = messages.filter(({ role, content }) => role === 'user' && !content.some(({ type }) => type === 'tool_result'));
  const withData = questions.findLast((message) => message.content.some(({ type }) => type === 'image' || type === 'document') || readFences(textOf(message)).fences.length > 0);
  if (withData) return withData;
  const last = questions.at(-1);
  return last && questions.length > 1 && REPAIR.test(textOf(last)) ? questions.findLast((message) => !REPAIR.test(textOf(message))) : last;
}

/** Documents are data as much as what stands between tags. */
function documentsIn({ content }: Message): Fence[] {
  return content.flatMap((block) => {
    const text = block.type === 'document' ? documentText(block.body).trim() : '';
    return text === '' ? [] : [{ tag: 'document', text, json: jsonOf(text) }];
  });
}

function textOf({ content }: Message): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

/** What most of it is written in: names in the other script are no language. */
function languageOf(data: string): Language {
  const japanese = data.match(/[\u3040-\u30ff\u3400-\u9fff]/g)?.length ?? 0;
  const latin = data.match(/[a-z]{2,}/gi)?.length ?? 0;
  return japanese > latin * 2 ? 'ja' : 'en';
}

function toldLanguage(words: string): Language | undefined {
  const told = TOLD.map((pattern) => pattern.exec(words)?.[1]).find((found) => found !== undefined)?.toLowerCase();
  if (told) return told.startsWith('ja') ? 'ja' : 'en';
  return TOLD_JA.find(([pattern]) => pattern.test(words))?.[1];
}
