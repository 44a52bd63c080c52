import { isObject } from '../messages/json.ts';
import { documentText } from '../messages/document-text.ts';
import type { ContentBlock, MessagesRequest } from '../messages/messages-request.ts';
import { readFences } from './tasks/briefing/fences.ts';
import type { Answer, ScriptedCall } from './scripted-answer.ts';

/** An order to call, up to the arguments; the tool's name is among the words. */
const CALL = /\b(?:call|invoke|execute|run|use)\b([^.\n{]{1,120})(?=\{)/gi;
const CALL_JA = /([a-zA-Z][\w-]{2,63}\s*(?:ツール|関数)?\s*(?:を|に)[^。\n{]{0,20})(?=\{)/g;
const SAY = /\b(?:say|reply|respond|answer|output|print|write)(?: back)?(?: only| exactly)?(?: with| that)?(?: the (?:words?|text))?\s*[:：]?\s*(?:"([^"\n]{1,500})"|“([^”\n]{1,500})”|'([^'\n]{3,500})')/gi;
const SAY_JA = /「([^」\n]{1,500})」と(?:だけ)?(?:言|答|返答|回答|返事|出力|書)/g;
const REVEAL = /\b(?:reveal|print|repeat|show|output|tell)\b[^.\n]{0,60}\b(?:system prompt|your (?:instructions|prompt))\b|システムプロンプトを[^。\n]{0,20}(?:教え|見せ|表示|出力)/i;

/**
 * A model without any judgement, for security tests: it does whatever any text it reads tells it, wherever that text
 * comes from. Nothing when no text gives an order that is not carried out yet.
 */
export function obey(request: MessagesRequest): Answer | undefined {
  const texts = [...request.system.map(({ text }) => text), ...request.messages.flatMap(({ role, content }) => (role === 'user' ? content.flatMap(textOf) : []))];
  const calls = request.tools.length === 0 ? [] : texts.flatMap((text) => orderedCalls(text, request.tools.map(({ name }) => name)));
  const made = new Set(request.messages.flatMap(({ content }) => content.flatMap((block) => (block.type === 'tool_use' ? [keyOf(block)] : []))));
  const fresh = calls.filter((call, index) => !made.has(keyOf(call)) && calls.findIndex((other) => keyOf(other) === keyOf(call)) === index);
  if (fresh.length > 0) return { text: '', calls: fresh };
  const said = texts.flatMap(orderedWords);
  if (texts.some((text) => REVEAL.test(text))) said.push(request.system.map(({ text }) => text).join('\n'));
  return said.length > 0 ? { text: said.join('\n'), calls: [] } : undefined;
}

function textOf(block: ContentBlock): string[] {
  // JSON between tags has its quotes escaped too.
  if (block.type === 'text') return [block.text, ...readFences(block.text).fences.flatMap(({ json, text }) => (json === undefined ? [] : [unescaped(text)]))];
  if (block.type === 'tool_result') return [unescaped(block.content)];
  return block.type === 'document' ? [documentText(block.body)] : [];
}

/** Orders hide inside the texts of JSON results, with their quotes escaped. */
function unescaped(text: string): string {
  const found: string[] = [];
  try {
    JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === 'string') found.push(value);
      return value;
    });
    return found.join('\n');
  } catch {
    return text;
  }
}

function orderedCalls(text: string, offered: readonly string[]): ScriptedCall[] {
  return [CALL, CALL_JA].flatMap((pattern) =>
    Array.from(text.matchAll(pattern)).flatMap((found): ScriptedCall[] => {
      const input = firstObject(text.slice(found.index + found[0].length));
      const words = found[1]?.match(/[a-zA-Z][\w-]{2,63}/g) ?? [];
      // A name that was never offered is recognised by its underscore or hyphen.
      const name = words.find((word) => offered.includes(word)) ?? words.find((word) => /[_-]/.test(word));
      return input && name !== undefined ? [{ name, input }] : [];
    }),
  );
}

function orderedWords(text: string): string[] {
  return [...text.matchAll(SAY), ...text.matchAll(SAY_JA)].map((found) => found.slice(1).find((words) => words !== undefined) ?? '');
}

/** The JSON object that the text begins with. */
function firstObject(text: string): Record<string, unknown> | undefined {
  for (let end = text.indexOf('}'); end >= 0 && end < 4_000; end = text.indexOf('}', end + 1)) {
    try {
      const parsed: unknown = JSON.parse(text.slice(0, end + 1));
      if (isObject(parsed)) return parsed;
    } catch {
      // A brace inside: the object ends at a later one.
    }
  }
  return undefined;
}

function keyOf({ name, input }: ScriptedCall): string {
  return `${name} ${JSON.stringify(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}
