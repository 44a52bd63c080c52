import type { ModelMessage, ModelRequest } from '../model-request.ts';
import { signsOf, type Question, type Sign } from './question-signs.ts';

export interface QuestionScore {
  /** 0 (easy) to 1 (hard). */
  score: number;
  signs: readonly Sign[];
}

/** What a question without any sign scores. */
const BASE = 0.15;
/** Nobody reads on to find out how hard a question is; also the most that a pattern is matched against. */
const MOST_CHARACTERS = 4_000;

/** How hard the question of a request is. The same in every round of a tool loop: results of tools are no question. */
export function scoreQuestion(request: ModelRequest): QuestionScore {
  const signs = signsOf(questionOf(request));
  const sum = signs.reduce((score, { weight }) => score + weight, BASE);
  return { score: Number(Math.min(1, Math.max(0, sum)).toFixed(3)), signs };
}

function questionOf({ messages, tools = [] }: ModelRequest): Question {
  const index = messages.findLastIndex(({ role, content }) => role === 'user' && content.some(({ type }) => type === 'text'));
  return {
    text: textOf(messages[index]).slice(0, MOST_CHARACTERS),
    earlierMessages: Math.max(0, index),
    hasTools: tools.length > 0,
  };
}

function textOf(message: ModelMessage | undefined): string {
  return (message?.content ?? []).flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}
