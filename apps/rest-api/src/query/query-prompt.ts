import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ModelMessage, ModelRequest } from '@manga-assist/bedrock';
import { catalogueBlock, withoutBlockMarks, type CatalogueResults } from '../catalogue/catalogue-results.ts';
import type { Question } from './question.ts';

const system = readFileSync(new URL('../prompts/query-system.v1.md', import.meta.url), 'utf8').trim();

/** Part of every cache key. The hash is there so that an edit that forgot to change the name changes it too. */
export const QUERY_PROMPT_VERSION = `query-system.v1.${createHash('sha256').update(system).digest('hex').slice(0, 12)}`;

/** What the model is asked: the catalogue's results as data before the question, earlier turns before both. */
export function queryPrompt(question: Question, catalogue: CatalogueResults | undefined, earlier: readonly ModelMessage[]): ModelRequest {
  const { model, max_tokens: maxTokens, temperature } = question.request;
  const asked = { type: 'text', text: withoutBlockMarks(question.text) } as const;
  return {
    model,
    system: `${system}\n\nAnswer language: ${question.answerLanguage}`,
    messages: [
      ...earlier,
      { role: 'user', content: catalogue === undefined ? [asked] : [{ type: 'text', text: catalogueBlock(catalogue) }, asked] },
    ],
    maxTokens,
    temperature,
  };
}
