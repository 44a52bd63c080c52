import { asArray, asString } from '../../messages/json.ts';
import type { ToolDefinition } from '../../messages/messages-request.ts';
import type { ScriptedCall } from '../scripted-answer.ts';
import type { Conversation } from '../conversation.ts';
import type { Intent } from '../intent.ts';
import { fillArguments, type Offer } from './fill-arguments.ts';
import { orderOffers, searchOffers, seriesOffers } from './offers.ts';
import { fillSchema } from '../tasks/fill-schema.ts';
import { extracted } from '../tasks/schema/extract.ts';
import { readPropertyName } from '../tasks/schema/topic-names.ts';
import { propertiesOf, toolsByRole } from './tool-roles.ts';

const WORDS = /[a-z]{3,}|[\u30a1-\u30ffー]{2,}|[\u3400-\u9fff]{2,}/g;
/** What a question as a whole is an answer to. */
const FREE_TEXT = /query|question|keyword|search|^q$|text|input|message|prompt|topic|title|name/i;
const COMMON = new Set(['the', 'and', 'for', 'with', 'get', 'this', 'that', 'from', 'use', 'you', 'are', 'what', 'how', 'manga', 'tool', 'about', 'does', 'have', 'can', 'specific', 'optional']);

/** A call of a tool we know nothing about but its schema: chosen by shared words, filled by type. */
export function genericCall(tools: readonly ToolDefinition[], intent: Intent, conversation: Conversation): ScriptedCall | undefined {
  const scored = tools
    .map((tool) => ({ tool, score: overlap(intent.text, tool), input: genericArguments(tool, intent, conversation) }))
    .filter(({ tool, score, input }) => input !== undefined && (score >= 2 || namesTool(intent.text, tool) || givesAll(tool, conversation.question)))
    .sort((a, b) => b.score - a.score);
  const best = scored[0];
  return best?.input ? { name: best.tool.name, input: best.input } : undefined;
}

/** A call the caller insists on: a shop's tool as a shopper's question fills it, any other as structured output. */
export function forcedCall(tool: ToolDefinition, intent: Intent, conversation: Conversation): ScriptedCall {
  if (!Object.values(toolsByRole([tool])).includes(tool)) return { name: tool.name, input: fillSchema(tool.inputSchema, conversation.briefing()) as Record<string, unknown> };
  const takesSimilarTo = Object.keys(propertiesOf(tool)).some((name) => /similar/i.test(name));
  const offers = [...searchOffers(intent, conversation, takesSimilarTo), ...orderOffers(intent.orderIds[0] ?? ''), ...seriesOffers({ id: intent.title ?? '', title: intent.title ?? '' }, intent.volumes[0])];
  return { name: tool.name, input: fillArguments(tool, offers) ?? genericArguments(tool, intent, conversation) ?? placeholders(tool, intent) };
}

/** 「大阪の天気」 asks for get_weather as plainly as the English words do. */
const MEANINGS: ReadonlyArray<readonly [RegExp, string]> = [[/天気|気温/, 'weather'], [/時刻|何時/, 'time'], [/計算/, 'calculate calculator'], [/株価/, 'stock price'], [/為替/, 'exchange rate currency'], [/ニュース/, 'news'], [/メール/, 'email'], [/予定|予約/, 'schedule booking']];

function namesTool(text: string, { name }: ToolDefinition): boolean {
  const words = wordsIn(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/[_-]/g, ' '));
  const asked = new Set(wordsIn(`${text} ${MEANINGS.flatMap(([pattern, word]) => (pattern.test(text) ? [word] : [])).join(' ')}`));
  return words.length > 0 && words.every((word) => asked.has(word));
}

/** A text that plainly gives whatever a tool has to be told is meant for it: a calculation, an address. */
function givesAll(tool: ToolDefinition, text: string): boolean {
  const required = asArray(tool.inputSchema['required']);
  return required.length > 0 && required.every((name) => typeof name === 'string' && /expression|equation|formula|calculation|e-?mail|url/.test(name) && extracted(readPropertyName(name).plain, text) !== undefined);
}

function overlap(text: string, tool: ToolDefinition): number {
  const described = `${tool.name.replaceAll('_', ' ')} ${tool.description} ${Object.keys(propertiesOf(tool)).join(' ').replaceAll('_', ' ')}`;
  const known = new Set(wordsIn(described));
  return new Set(wordsIn(text).filter((word) => known.has(word))).size;
}

function wordsIn(text: string): string[] {
  return (text.toLowerCase().match(WORDS) ?? []).filter((word) => !COMMON.has(word)).map((word) => word.replace(/s$/, ''));
}

function genericArguments(tool: ToolDefinition, intent: Intent, conversation: Conversation): Record<string, unknown> | undefined {
  const numbers = (intent.text.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
  const required = asArray(tool.inputSchema['required']);
  let numbersUsed = 0;
  const offers = Object.entries(propertiesOf(tool)).map(([name, schema]): Offer => {
    const property = new RegExp(`^${name.replaceAll(/[^\w]/g, '.')}$`);
    if (Array.isArray(schema['enum'])) return { property, values: schema['enum'].filter((choice) => mentions(intent.text, String(choice))) };
    const type = asString(schema['type']);
    const given = extracted(readPropertyName(name).plain, conversation.question);
    if (type === 'integer' || type === 'number') return { property, values: [Number(given), numbers[numbersUsed++], intent.count, ...numbers].filter((value) => !Number.isNaN(value)) };
    if (given !== undefined) return { property, values: [given] };
    // What nobody has to give is given only when the question does.
    if (!required.includes(name) && !FREE_TEXT.test(name)) return { property, values: [] };
    if (/^(?:language|locale|lang)$/i.test(name)) return { property, values: [conversation.language] };
    return { property, values: [...(intent.text.match(/[A-Za-z]+-[A-Za-z0-9-]+/g) ?? []), intent.title, intent.theme, intent.text] };
  });
  return fillArguments(tool, offers);
}

function mentions(text: string, choice: string): boolean {
  return text.toLowerCase().includes(choice.toLowerCase().replaceAll(/[_-]/g, ' ')) || text.toLowerCase().includes(choice.toLowerCase());
}

function placeholders(tool: ToolDefinition, intent: Intent): Record<string, unknown> {
  const required = tool.inputSchema['required'];
  const properties = propertiesOf(tool);
  const names = Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string') : [];
  return Object.fromEntries(
    names.map((name) => {
      const schema = properties[name] ?? {};
      if (Array.isArray(schema['enum'])) return [name, schema['enum'][0]];
      const type = asString(schema['type']);
      if (type === 'integer' || type === 'number') return [name, typeof schema['minimum'] === 'number' ? schema['minimum'] : 1];
      if (type === 'boolean') return [name, true];
      if (type === 'array') return [name, []];
      if (type === 'object') return [name, {}];
      return [name, intent.title ?? intent.text];
    }),
  );
}
