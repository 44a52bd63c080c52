import { isObject } from '../messages/json.ts';
import type { Message, MessagesRequest, ToolChoice, ToolDefinition } from '../messages/messages-request.ts';
import { readBriefing, type Briefing } from './tasks/briefing/briefing.ts';
import { once } from './tasks/once.ts';
import { hasJapanese, type Language } from './text.ts';

export interface ToolOutcome {
  name: string;
  input: Record<string, unknown>;
  /** Parsed JSON, or the text as it is. */
  content: unknown;
  isError: boolean;
}

/** What the scripted model looks at: the last question, what tools said since, and what was said before. */
export interface Conversation {
  system: string;
  /** The shopper's last words, without catalogue blocks and tags. */
  question: string;
  language: Language;
  /** Tool results since the last question, oldest first. */
  outcomes: ToolOutcome[];
  earlierOutcomes: ToolOutcome[];
  /** Catalogue entries that came with the prompt instead of through a tool. */
  catalogue: unknown;
  lastAnswer: string;
  tools: ToolDefinition[];
  toolChoice: ToolChoice;
  /** How long the answer may get; a model that knows what fits ends its list in time. */
  maxTokens: number;
  answerSchema?: Record<string, unknown>;
  /** The same request read as a piece of work on data. */
  briefing: () => Briefing;
}

const CATALOGUE = /<catalogue_results>([\s\S]*?)<\/catalogue_results>/;
/** Shops put theirs before the question; one inside it is the shopper's own words, and so is any beside tools. */
const BLOCK_AT_START = /^\s*<catalogue_results>([\s\S]*?)<\/catalogue_results>/;

export function readConversation(request: MessagesRequest): Conversation {
  const { messages } = request;
  const system = request.system.map(({ text }) => text).join('\n');
  const lastQuestion = messages.findLastIndex(isQuestion);
  const words = textOf(messages[lastQuestion]);
  const question = plainWords(words);
  const calls = new Map<string, { name: string; input: Record<string, unknown> }>();
  for (const { content } of messages) for (const block of content) if (block.type === 'tool_use') calls.set(block.id, block);
  const outcomesOf = (part: readonly Message[]): ToolOutcome[] =>
    part.flatMap(({ content }) =>
      content.flatMap((block) => {
        if (block.type !== 'tool_result') return [];
        const call = calls.get(block.tool_use_id);
        return call ? [{ name: call.name, input: call.input, content: parsed(block.content), isError: block.is_error === true }] : [];
      }),
    );
  const conversation: Conversation = {
    system,
    question,
    language: languageOf(system, question),
    outcomes: outcomesOf(messages.slice(lastQuestion)),
    earlierOutcomes: outcomesOf(messages.slice(0, Math.max(lastQuestion, 0))),
    catalogue: parsed((request.tools.length > 0 ? undefined : BLOCK_AT_START.exec(words)?.[1]) ?? CATALOGUE.exec(system)?.[1] ?? ''),
    lastAnswer: messages.slice(0, Math.max(lastQuestion, 0)).filter(({ role }) => role === 'assistant').map(textOf).findLast((text) => text !== '') ?? '',
    tools: request.toolChoice.type === 'none' ? [] : request.tools,
    toolChoice: request.toolChoice,
    maxTokens: request.maxTokens,
    briefing: once(() => readBriefing(request)),
  };
  if (request.answerSchema) conversation.answerSchema = request.answerSchema;
  return conversation;
}

/** Tool results come in user messages too; a question is one without them. */
function isQuestion(message: Message): boolean {
  return message.role === 'user' && !message.content.some(({ type }) => type === 'tool_result');
}

function textOf(message: Message | undefined): string {
  return message?.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n') ?? '';
}

function plainWords(text: string): string {
  const withoutCatalogue = text.replaceAll(new RegExp(CATALOGUE, 'g'), ' ');
  const marked = /<(question|user_question|customer_question|query|user_message)>([\s\S]*?)<\/\1>/.exec(withoutCatalogue)?.[2];
  return (marked ?? withoutCatalogue).replaceAll(/<\/?[a-z_]+>/g, ' ').replaceAll(/[ \t]+/g, ' ').trim();
}

function languageOf(system: string, question: string): Language {
  const told = /answer language:\s*(ja|en)\b/i.exec(system)?.[1]?.toLowerCase() ?? /\b(?:answer|respond|reply) (?:only )?in (japanese|english)\b/i.exec(system)?.[1]?.toLowerCase();
  if (told) return told.startsWith('ja') ? 'ja' : 'en';
  return hasJapanese(question) ? 'ja' : 'en';
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text.trim() === '' ? undefined : text;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) || Array.isArray(value) ? value : text;
  } catch {
    return text.trim() === '' ? undefined : text;
  }
}
