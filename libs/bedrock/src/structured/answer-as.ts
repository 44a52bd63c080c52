import { AppError, type JsonObject } from '@manga-assist/foundation';
import { wholeAnswer } from '../checked-answer.ts';
import type { LanguageModel, ModelCall } from '../language-model.ts';
import type { ModelAnswer } from '../model-event.ts';
import type { ModelMessage, ModelRequest } from '../model-request.ts';
import { compileSchema, type SchemaCheck } from './compile-schema.ts';
import { jsonInText } from './json-in-text.ts';

/** What an answer has to look like. `Value` is the type that the schema describes; nobody checks that but you. */
export interface AnswerShape {
  /** Letters, digits, `_` and `-`: some models are told it. */
  name: string;
  /** JSON Schema 2020-12. Keep one object per shape: it is compiled once. */
  schema: JsonObject;
}

export interface StructuredAnswer<Value> {
  value: Value;
  /** The one that fits; its cost is its own. */
  answer: ModelAnswer;
  /** Of all answers it took. */
  costUsd: number;
  isRepaired: boolean;
}

type Reading = { value: unknown } | { problems: readonly string[] };

/**
 * Asks for JSON that fits a schema. Models that can be held to a schema are; the others are asked in
 * words. What does not fit is shown to the model once, with what is wrong, and then given up:
 * `unavailable` `bedrock.unfit-answer`, or `.cut-answer` when maxTokens was too little for it.
 * Other errors as `LanguageModel`, and `forbidden` `bedrock.blocked-answer`.
 */
export async function answerAs<Value>(model: LanguageModel, request: ModelRequest, call: ModelCall, shape: AnswerShape): Promise<StructuredAnswer<Value>> {
  const check = compileSchema(shape.schema);
  const asking = { ...request, outputSchema: shape };
  const first = wholeAnswer(await model.converse(asking, call));
  const read = reading(first, check);
  if ('value' in read) return { value: read.value as Value, answer: first, costUsd: first.costUsd, isRepaired: false };

  const messages = [...request.messages, ...repair(first.text, read.problems)];
  const second = wholeAnswer(await model.converse({ ...asking, messages }, call));
  const reread = reading(second, check);
  const costUsd = first.costUsd + second.costUsd;
  if ('value' in reread) return { value: reread.value as Value, answer: second, costUsd, isRepaired: true };
  throw new AppError('unavailable', 'bedrock.unfit-answer', 'The model gave an answer that cannot be used.', {
    details: { shape: shape.name, problems: reread.problems.length },
  });
}

function reading({ text }: ModelAnswer, check: SchemaCheck): Reading {
  const found = jsonInText(text);
  if (!found) return { problems: ['/ is not JSON'] };
  const problems = check(found.value);
  return problems.length === 0 ? found : { problems };
}

function repair(text: string, problems: readonly string[]): ModelMessage[] {
  const wrong = `That does not fit:\n${problems.map((problem) => `- ${problem}`).join('\n')}\nAnswer again with the whole JSON value, corrected, and nothing else.`;
  return [
    ...(text.trim() === '' ? [] : [{ role: 'assistant' as const, content: [{ type: 'text' as const, text }] }]),
    { role: 'user', content: [{ type: 'text', text: wrong }] },
  ];
}
