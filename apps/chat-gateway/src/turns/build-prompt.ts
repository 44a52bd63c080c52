import { readFileSync } from 'node:fs';
import type { ModelBlock, ModelMessage, ModelRequest, ToolDefinition } from '@manga-assist/bedrock';
import { windowByTokens, type RecordedToolRound, type StoredTurn } from '@manga-assist/conversations';
import type { JsonObject } from '@manga-assist/foundation';
import type { Question } from './turn.ts';

const system = readFileSync(new URL('../prompts/chat-system.v1.md', import.meta.url), 'utf8').trim();

/** Answers vary a little, as a bookseller's do. */
const TEMPERATURE = 0.5;

export interface PromptParts {
  question: Question;
  /** Of this conversation, oldest first. */
  earlier: readonly StoredTurn[];
  tools: readonly ToolDefinition[];
  historyTokens: number;
  estimate(text: string): number;
}

/** What the model is asked: the shop's rules, as much of the conversation as fits, the question. */
export function buildPrompt({ question, earlier, tools, historyTokens, estimate }: PromptParts): ModelRequest {
  return {
    model: question.model,
    system: `${system}\n\nAnswer language: ${question.language}`,
    messages: [...windowByTokens(earlier, historyTokens, estimate).flatMap(toMessages), { role: 'user', content: [text(question.text)] }],
    tools,
    maxTokens: question.maxTokens,
    temperature: TEMPERATURE,
  };
}

/** A turn as it went: the question, each round of tools, the answer. A turn without an answer would leave two questions in a row. */
function toMessages({ question, answer, toolRounds }: StoredTurn): ModelMessage[] {
  if (answer === '') return [];
  return [
    { role: 'user', content: [text(question)] },
    ...toolRounds.flatMap(toolRoundMessages),
    { role: 'assistant', content: [text(answer)] },
  ];
}

function toolRoundMessages({ toolUses, results }: RecordedToolRound): ModelMessage[] {
  return [
    { role: 'assistant', content: toolUses.map(({ toolUseId, name, input }) => ({ type: 'tool-use', toolUseId, name, input: input as JsonObject })) },
    {
      role: 'user',
      content: results.map(({ toolUseId, status, content }) => ({ type: 'tool-result', toolUseId, status, content: content as JsonObject })),
    },
  ];
}

function text(value: string): ModelBlock {
  return { type: 'text', text: value };
}
