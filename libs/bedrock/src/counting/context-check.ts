import { AppError } from '@manga-assist/foundation';
import { promptText } from '../aws/sendable-messages.ts';
import type { ServedModel } from '../model-catalogue.ts';
import type { ModelRequest } from '../model-request.ts';
import { MOST_TOKENS_PER_CHARACTER } from '../token-estimator.ts';
import { NEAR, type PromptCounter } from './prompt-counter.ts';

/**
 * Keeps a prompt that does not fit into a model's context, with room for the answer, from being sent:
 * Bedrock would refuse it after it had been uploaded, in words that differ by model. Prompts that are
 * far from the limit cost nothing here; near it, Bedrock counts.
 */
export class ContextCheck {
  readonly #counter: PromptCounter;

  constructor(counter: PromptCounter) {
    this.#counter = counter;
  }

  /** Throws `bedrock.prompt-too-long`, else what `count` throws. */
  async check(request: ModelRequest, served: ServedModel, signal: AbortSignal): Promise<void> {
    const { contextTokens, maxOutputTokens } = served.profile;
    const limitTokens = contextTokens - Math.min(request.maxTokens, maxOutputTokens);
    if (promptText(request).length * MOST_TOKENS_PER_CHARACTER < limitTokens * (1 - NEAR)) return;
    const { tokens, source } = await this.#counter.count(request, served, limitTokens, signal);
    // Near the limit an estimate proves nothing: when Bedrock did not count, it decides.
    const isTooLong = tokens > (source === 'counted' ? limitTokens : limitTokens * (1 + NEAR));
    if (isTooLong) throw new AppError('invalid', 'bedrock.prompt-too-long', 'This is more than the model can read at once.', { details: { tokens, limitTokens, source } });
  }
}
