import type { ModelAnswer } from '@manga-assist/bedrock';
import type { ModelAlias } from '@manga-assist/schemas';

/** An answer as it is remembered: what was served, by whom, at what cost. */
export type Answer = {
  text: string;
  /** The alias that answered. */
  model: ModelAlias;
  model_id: string;
  input_tokens: number;
  output_tokens: number;
  stop_reason: string;
  cost_usd: number;
  /** What was missing: `model` after a fallback, `catalogue` when it could not be asked. */
  degraded_reasons: string[];
};

/** A billionth of a dollar is less than any token costs; what stands behind it is the noise of binary fractions. */
const NANO = 1e9;

export function answerOf(answer: ModelAnswer, hasCatalogue: boolean): Answer {
  return {
    text: answer.text,
    model: answer.model,
    model_id: answer.modelId,
    input_tokens: answer.usage.inputTokens,
    output_tokens: answer.usage.outputTokens,
    stop_reason: answer.stopReason,
    cost_usd: Math.round(answer.costUsd * NANO) / NANO,
    degraded_reasons: [...(answer.degraded ? ['model'] : []), ...(hasCatalogue ? [] : ['catalogue'])],
  };
}

/** Only whole answers of the model that was asked for, made with the catalogue at hand, may be served again. */
export function isRepeatable(answer: Answer): boolean {
  return answer.stop_reason === 'end_turn' && answer.text !== '' && answer.degraded_reasons.length === 0;
}

/** The answer when a stored value is one; the shared store may hold anything. */
export function readAnswer(value: unknown): Answer | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const answer = value as Partial<Record<keyof Answer, unknown>>;
  const isAnswer =
    typeof answer.text === 'string' &&
    typeof answer.model === 'string' &&
    typeof answer.model_id === 'string' &&
    typeof answer.input_tokens === 'number' &&
    typeof answer.output_tokens === 'number' &&
    typeof answer.stop_reason === 'string' &&
    typeof answer.cost_usd === 'number' &&
    Array.isArray(answer.degraded_reasons);
  return isAnswer ? (value as Answer) : undefined;
}
