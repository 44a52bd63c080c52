import { CountTokensCommand, type BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type { Clock } from '@manga-assist/foundation';
import { withDeadline, type Timers } from '@manga-assist/resilience';
import { toModelError } from '../aws/bedrock-errors.ts';
import { toConverseInput } from '../aws/converse-request.ts';
import { withSignal } from '../aws/kept-stack.ts';
import { promptText } from '../aws/sendable-messages.ts';
import type { CallLogger } from '../call-logger.ts';
import type { ServedModel } from '../model-catalogue.ts';
import type { ModelRequest } from '../model-request.ts';
import type { TokenEstimator } from '../token-estimator.ts';
import type { TokenCount } from './token-counter.ts';

export interface PromptCounterParts {
  client: BedrockRuntimeClient;
  estimator: TokenEstimator;
  clock: Clock;
  timers: Timers;
  logger: CallLogger | undefined;
  /** After that the estimate has to do. Default 500 ms. */
  timeoutMs?: number;
}

/** Within this part of the limit, on either side, Bedrock is asked: estimates are off by up to 15 %. */
export const NEAR = 0.2;

/** Counts prompts as exactly as it matters, and teaches the estimator what Bedrock says. */
export class PromptCounter {
  readonly #parts: PromptCounterParts;

  constructor(parts: PromptCounterParts) {
    this.#parts = parts;
  }

  /** An estimate, unless it is so near the limit that only Bedrock can say on which side it is. */
  async count(request: ModelRequest, served: ServedModel, limitTokens: number, signal: AbortSignal): Promise<TokenCount> {
    const { estimator, logger, timeoutMs = 500 } = this.#parts;
    const estimated = estimator.estimate(promptText(request), served.profile);
    if (Math.abs(estimated - limitTokens) > limitTokens * NEAR) return { tokens: estimated, source: 'estimated' };

    const deadline = withDeadline(signal, timeoutMs, this.#parts);
    try {
      const tokens = await this.#ask(request, served, deadline.signal);
      if (hasOnlyText(request)) estimator.observe(served.profile, estimated, tokens);
      return { tokens, source: 'counted' };
    } catch (error) {
      const failure = toModelError(error, { signal: deadline.signal });
      if (signal.aborted) throw failure;
      logger?.warn({ code: failure.code }, 'tokens were not counted but estimated');
      return { tokens: estimated, source: 'estimated' };
    } finally {
      deadline.clear();
    }
  }

  async #ask(request: ModelRequest, served: ServedModel, signal: AbortSignal): Promise<number> {
    const { messages, system, toolConfig } = toConverseInput(request, served);
    // The base id: an inference profile is not accepted here.
    const command = new CountTokensCommand({ modelId: served.profile.id, input: { converse: { messages, system, toolConfig } } });
    const { inputTokens } = await this.#parts.client.send(withSignal(command, signal));
    if (inputTokens === undefined) throw new SyntaxError('there is no count');
    return inputTokens;
  }
}

/** Pictures and documents are tokens that an estimate of the text knows nothing of. */
export function hasOnlyText({ messages }: Pick<ModelRequest, 'messages'>): boolean {
  return messages.every(({ content }) => content.every(({ type }) => type !== 'image' && type !== 'document'));
}
