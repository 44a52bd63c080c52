import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { SystemClock, type Clock } from '@manga-assist/foundation';
import { SystemTimers, type Timers } from '@manga-assist/resilience';
import { openBedrockClient } from '../aws/bedrock-client.ts';
import { toModelError } from '../aws/bedrock-errors.ts';
import type { CallLogger } from '../call-logger.ts';
import { openModelCatalogue, type ModelCatalogue } from '../model-catalogue.ts';
import type { ModelRequest } from '../model-request.ts';
import { Cl100kTokenEstimator, type TokenEstimator } from '../token-estimator.ts';
import { PromptCounter } from './prompt-counter.ts';
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

/** CountTokens is free, and its count is the one that is billed. */
export function openBedrockTokenCounter(options: BedrockTokenCounterOptions = {}): TokenCounter {
  return new BedrockTokenCounter(options);
}

/** Opened by `openBedrockTokenCounter`. */
class BedrockTokenCounter extends TokenCounter {
  readonly #client: BedrockRuntimeClient;
  readonly #catalogue: ModelCatalogue;
  readonly #counter: PromptCounter;

  constructor(options: BedrockTokenCounterOptions) {
    super();
    this.#client = openBedrockClient({ endpoint: options.endpoint, maxConnections: 10 });
    this.#catalogue = options.catalogue ?? openModelCatalogue();
    this.#counter = new PromptCounter({
      client: this.#client,
      estimator: options.estimator ?? new Cl100kTokenEstimator(),
      clock: options.clock ?? new SystemClock(),
      timers: options.timers ?? new SystemTimers(),
      logger: options.logger,
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    });
  }

  async count(request: ModelRequest, limitTokens: number, signal: AbortSignal): Promise<TokenCount> {
    if (signal.aborted) throw toModelError(undefined, { signal });
    return this.#counter.count(request, this.#catalogue.served(request.model), limitTokens, signal);
  }

  close(): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }
}
