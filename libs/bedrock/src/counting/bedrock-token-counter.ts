import { CountTokensCommand, type BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { SystemClock, type Clock } from '@manga-assist/foundation';
import { SystemTimers, withDeadline, type Timers } from '@manga-assist/resilience';
import { openBedrockClient } from '../aws/bedrock-client.ts';
import { toModelError } from '../aws/bedrock-errors.ts';
import { toConverseInput } from '../aws/converse-request.ts';
import { withSignal } from '../aws/kept-stack.ts';
import { promptText } from '../aws/sendable-messages.ts';
import type { CallLogger } from '../call-logger.ts';
import { openModelCatalogue, type ModelCatalogue, type ServedModel } from '../model-catalogue.ts';
import type { ModelRequest } from '../model-request.ts';
import { Cl100kTokenEstimator, type TokenEstimator } from '../token-estimator.ts';
import { TokenCounter, type TokenCount } from './token-counter.ts';

export interface BedrockTokenCounterOptions {
  catalogue?: ModelCatalogue;
  /** Shared with the language model, each teaches the other. */
  estimator?: TokenEstimator;
  /** Overrides what the SDK finds itself (AWS_ENDPOINT_URL_BEDROCK_RUNTIME, else the region's endpoint). */
  endpoint?: string;
  /** After that the estimate has to do. Default 500 ms. */
  timeoutMs?: number;
  clock?: Clock;
  timers?: Timers;
  logger?: CallLogger;
}

/** Within this part of the limit, on either side, Bedrock is asked: estimates are off by up to 15 %. */
const NEAR = 0.2;

/** CountTokens is free, and its count is the one that is billed. */
export function openBedrockTokenCounter(options: BedrockTokenCounterOptions = {}): TokenCounter {
  return new BedrockTokenCounter(options);
}

/** Opened by `openBedrockTokenCounter`. */
class BedrockTokenCounter extends TokenCounter {
  readonly #client: BedrockRuntimeClient;
  readonly #catalogue: ModelCatalogue;
  readonly #estimator: TokenEstimator;
  readonly #timeoutMs: number;
  readonly #time: { clock: Clock; timers: Timers };
  readonly #logger: CallLogger | undefined;

  constructor(options: BedrockTokenCounterOptions) {
    super();
    this.#client = openBedrockClient({ endpoint: options.endpoint, maxConnections: 10 });
    this.#catalogue = options.catalogue ?? openModelCatalogue();
    this.#estimator = options.estimator ?? new Cl100kTokenEstimator();
    this.#timeoutMs = options.timeoutMs ?? 500;
    this.#time = { clock: options.clock ?? new SystemClock(), timers: options.timers ?? new SystemTimers() };
    this.#logger = options.logger;
  }

  async count(request: ModelRequest, limitTokens: number, signal: AbortSignal): Promise<TokenCount> {
    if (signal.aborted) throw toModelError(undefined, { signal });
    const served = this.#catalogue.served(request.model);
    const estimated = this.#estimator.estimate(promptText(request), served.profile);
    if (Math.abs(estimated - limitTokens) > limitTokens * NEAR) return { tokens: estimated, source: 'estimated' };

    const deadline = withDeadline(signal, this.#timeoutMs, this.#time);
    try {
      const tokens = await this.#ask(request, served, deadline.signal);
      this.#estimator.observe(served.profile, estimated, tokens);
      return { tokens, source: 'counted' };
    } catch (error) {
      const failure = toModelError(error, { signal: deadline.signal });
      if (signal.aborted) throw failure;
      this.#logger?.warn({ code: failure.code }, 'tokens were not counted but estimated');
      return { tokens: estimated, source: 'estimated' };
    } finally {
      deadline.clear();
    }
  }

  close(): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }

  async #ask(request: ModelRequest, served: ServedModel, abortSignal: AbortSignal): Promise<number> {
    const { messages, system, toolConfig } = toConverseInput(request, served);
    // The base id: an inference profile is not accepted here.
    const command = new CountTokensCommand({ modelId: served.profile.id, input: { converse: { messages, system, toolConfig } } });
    const { inputTokens } = await this.#client.send(withSignal(command, abortSignal));
    if (inputTokens === undefined) throw new SyntaxError('there is no count');
    return inputTokens;
  }
}
