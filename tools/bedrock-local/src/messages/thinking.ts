import type { Model } from '../models/model-directory.ts';
import { validation } from '../wire/bedrock-error.ts';
import { asNumber, isObject } from './json.ts';
import type { MessagesRequest, Thinking } from './messages-request.ts';

const LEAST_BUDGET = 1_024;

/** Whether the model shall think before it answers, and for how many tokens at most. Refuses what Claude refuses. */
export function readThinking(value: unknown, model: Model, request: Pick<MessagesRequest, 'maxTokens' | 'temperature' | 'toolChoice'>): Thinking {
  if (!isObject(value) || value['type'] === 'disabled') return { maximumTokens: 0 };
  const { type } = value;
  if (type !== 'enabled' && type !== 'adaptive') throw validation("thinking: Input tag does not match any of the expected tags: 'disabled', 'enabled', 'adaptive'");
  if (model.thinking === 'none' || (type === 'adaptive' && model.thinking !== 'adaptive')) throw validation(`thinking: ${type} thinking is not supported by this model`);
  if (request.temperature !== undefined && request.temperature !== 1) throw validation('`temperature` may only be set to 1 when thinking is enabled.');
  if (request.toolChoice.type === 'any' || request.toolChoice.type === 'tool') throw validation('Thinking may not be enabled when tool_choice forces tool use.');
  if (type === 'adaptive') return { maximumTokens: request.maxTokens };
  const budget = asNumber(value['budget_tokens']);
  if (budget === undefined) throw validation('thinking.enabled.budget_tokens: Field required');
  if (budget < LEAST_BUDGET) throw validation(`thinking.enabled.budget_tokens: Input should be greater than or equal to ${LEAST_BUDGET}`);
  if (budget >= request.maxTokens) throw validation('`max_tokens` must be greater than `thinking.budget_tokens`.');
  return { maximumTokens: budget };
}
