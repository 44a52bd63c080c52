import { InvokeModelCommand, type BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { AppError, SystemClock, SystemIds, type Clock, type Ids } from '@manga-assist/foundation';
import { priceUsage } from '@manga-assist/pricing';
import { retry, RetryBudget, SystemTimers, withDeadline, type Timers } from '@manga-assist/resilience';
import { EmbeddingModel } from '../embedding-model.ts';
import type { ModelCall } from '../language-model.ts';
import type { LedgerEntry, UsageLedger } from '../usage-ledger.ts';
import { openBedrockClient } from './bedrock-client.ts';
import { toModelError } from './bedrock-errors.ts';
import { NO_USAGE } from './usage.ts';

const MODEL_ID = 'amazon.titan-embed-text-v2:0';
/** Titan refuses longer texts (8,192 tokens or 50,000 characters). */
const MAX_CHARACTERS = 50_000;

export interface TitanEmbeddingModelOptions {
  dimensions: 256 | 512 | 1024;
  ledger: UsageLedger;
  clock?: Clock;
  /** Overrides what the SDK finds itself (AWS_ENDPOINT_URL_BEDROCK_RUNTIME, else the region's endpoint). */
  endpoint?: string;
  /** With the one retry. Default 2 s. */
  timeoutMs?: number;
  maxConcurrency?: number;
  budget?: RetryBudget;
  ids?: Ids;
  timers?: Timers;
  random?: () => number;
}

interface Parts {
  client: BedrockRuntimeClient;
  ledger: UsageLedger;
  clock: Clock;
  ids: Ids;
  timers: Timers;
  budget: RetryBudget;
  random: () => number;
  timeoutMs: number;
}

/** Amazon Titan Text Embeddings v2. Throws `pricing.no-price` when it has no price. */
export function openTitanEmbeddingModel(options: TitanEmbeddingModelOptions): EmbeddingModel {
  const clock = options.clock ?? new SystemClock();
  priceUsage(MODEL_ID, NO_USAGE, clock.nowMs());
  return new TitanEmbeddingModel(options.dimensions, {
    client: openBedrockClient({ endpoint: options.endpoint, maxConnections: options.maxConcurrency ?? 50 }),
    ledger: options.ledger,
    clock,
    ids: options.ids ?? new SystemIds(clock),
    timers: options.timers ?? new SystemTimers(),
    budget: options.budget ?? new RetryBudget(),
    random: options.random ?? Math.random,
    timeoutMs: options.timeoutMs ?? 2_000,
  });
}

/** Opened by `openTitanEmbeddingModel`. */
class TitanEmbeddingModel extends EmbeddingModel {
  readonly version: string;
  readonly dimensions: number;
  readonly #parts: Parts;

  constructor(dimensions: number, parts: Parts) {
    super();
    this.dimensions = dimensions;
    this.version = `${MODEL_ID}/${dimensions}/normalised`;
    this.#parts = parts;
  }

  async embed(text: string, call: ModelCall): Promise<Float32Array> {
    if (text.trim() === '' || text.length > MAX_CHARACTERS) {
      throw new AppError('invalid', 'bedrock.invalid-request', `A text to embed has 1 to ${MAX_CHARACTERS} characters.`);
    }
    const deadline = withDeadline(call.signal, this.#parts.timeoutMs, this.#parts);
    try {
      return await retry((attempt) => this.#embedOnce(text, call, deadline.signal, attempt), {
        ...this.#parts,
        maxAttempts: 2,
        ruleFor: (error) => ((error as AppError).isRetryable ? { baseMs: 100, capMs: 500, retryAfterMs: (error as AppError).retryAfterMs } : undefined),
        patienceMs: () => deadline.remainingMs(),
        signal: deadline.signal,
      });
    } catch (error) {
      throw toModelError(error, { signal: deadline.signal });
    } finally {
      deadline.clear();
    }
  }

  close(): Promise<void> {
    this.#parts.client.destroy();
    return Promise.resolve();
  }

  async #embedOnce(text: string, call: ModelCall, abortSignal: AbortSignal, attempt: number): Promise<Float32Array> {
    const startedAtMs = this.#parts.clock.nowMs();
    const startedElapsedMs = this.#parts.clock.elapsedMs();
    const book = (outcome: LedgerEntry['outcome'], inputTokens: number, usageSource: LedgerEntry['usageSource']) => {
      const usage = { ...NO_USAGE, inputTokens };
      this.#parts.ledger.record({
        callId: this.#parts.ids.sortable('call'),
        atMs: startedAtMs,
        attribution: call.attribution,
        model: 'embedding',
        modelId: MODEL_ID,
        operation: 'embed',
        outcome,
        usage,
        usageSource,
        ...priceUsage(MODEL_ID, usage, startedAtMs),
        latencyMs: Math.round(this.#parts.clock.elapsedMs() - startedElapsedMs),
        attempt,
      });
    };
    try {
      const body = JSON.stringify({ inputText: text, dimensions: this.dimensions, normalize: true });
      const command = new InvokeModelCommand({ modelId: MODEL_ID, contentType: 'application/json', accept: 'application/json', body });
      const output = await this.#parts.client.send(command, { abortSignal });
      const { embedding, inputTextTokenCount = 0 } = JSON.parse(output.body.transformToString()) as { embedding?: number[]; inputTextTokenCount?: number };
      if (embedding?.length !== this.dimensions) {
        throw new AppError('unavailable', 'bedrock.model-error', 'The text could not be embedded. Please try again.', {
          details: { dimensions: embedding?.length },
        });
      }
      book('completed', inputTextTokenCount, 'measured');
      return Float32Array.from(embedding);
    } catch (error) {
      const failure = toModelError(error, { signal: abortSignal });
      book(failure.kind === 'cancelled' ? 'cancelled' : 'failed', 0, 'estimated');
      throw failure;
    }
  }
}
