import type { ModelProfile } from '../model-profile.ts';
import type { ModelRequest } from '../model-request.ts';

/** The least that Bedrock takes as a budget for thinking. */
const LEAST_BUDGET_TOKENS = 1_024;

/** How a model is to answer, as far as this model takes such words. */
export interface Sampling {
  maxTokens: number;
  temperature?: number;
  /** Anthropic's own field, the same in both request forms. */
  thinking?: { type: 'enabled'; budget_tokens: number } | { type: 'adaptive' };
}

export function samplingOf({ maxTokens, temperature, reasoning }: ModelRequest, profile: ModelProfile): Sampling {
  // A fallback may have a lower limit than the model that was asked for.
  const most = Math.min(maxTokens, profile.maxOutputTokens);
  if (reasoning && profile.reasoning === 'adaptive') return { maxTokens: most, thinking: { type: 'adaptive' } };
  // Thinking must leave room for an answer; without it the model answers straight away.
  if (reasoning && profile.reasoning === 'budget' && most > LEAST_BUDGET_TOKENS) {
    const budgetTokens = Math.min(Math.max(reasoning.budgetTokens, LEAST_BUDGET_TOKENS), most - 1);
    return { maxTokens: most, thinking: { type: 'enabled', budget_tokens: budgetTokens } };
  }
  return { maxTokens: most, ...(temperature !== undefined && profile.sampling.parameters.includes('temperature') && { temperature }) };
}
