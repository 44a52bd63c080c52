import { InvokeModelCommand, type BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { AppError, SystemClock, SystemIds, type Clock, type Ids, type JsonObject } from '@manga-assist/foundation';
import { priceUsage } from '@manga-assist/pricing';
import { retry, RetryBudget, SystemTimers, withDeadline, type Timers } from '@manga-assist/resilience';
import { openBedrockClient } from '../aws/bedrock-client.ts';
import { toModelError } from '../aws/bedrock-errors.ts';
import { withSignal } from '../aws/kept-stack.ts';
import type { RawWholeAnswer } from '../aws/raw-event-stream.ts';
import { NO_USAGE } from '../aws/usage.ts';
import type { ModelCall } from '../language-model.ts';
import type { LedgerEntry, UsageLedger } from '../usage-ledger.ts';

export interface EmbeddingOptions {
  ledger: UsageLedger;
  clock?: Clock;
  /** Overrides what the SDK finds itself (AWS_ENDPOINT_URL_BEDROCK_RUNTIME, else the region's endpoint). */
  endpoint?: string;
  /** One request with its one retry. Default 2 s. */
  timeoutMs?: number;
  /** Sockets in all, shared by everybody who embeds. */
  maxConcurrency?: number;
  budget?: RetryBudget;
  ids?: Ids;
  timers?: Timers;
  random?: () => number;
}

/** What a model answered: its vectors, and how many tokens it read where it says so. */
export interface Embedded {
  vectors: readonly (readonly number[])[];
  inputTokens: number | undefined;
}

export interface EmbeddingRequest {
  body: JsonObject;
  read(answer: JsonObject): Embedded;
  /** How many vectors must come, and of how many dimensions. */
  count: number;
  dimensions: number;
  /** For a model that does not say what it read. */
  estimateTokens(): number;
}

/** One request to an embedding model: deadline, one retry, checks, and a ledger row for each attempt. */
export class EmbeddingCaller {
  readonly #client: BedrockRuntimeClient;
  readonly #modelId: string;
  readonly #ledger: UsageLedger;
  readonly #ids: Ids;
  readonly #random: () => number;
  readonly #budget: RetryBudget;
  readonly #timeoutMs: number;
  readonly #time: { clock: Clock; timers: Timers };

  /** Throws `pricing.no-price` when the model has no price. */
  constructor(modelId: string, options: EmbeddingOptions) {
    const clock = options.clock ?? new SystemClock();
    priceUsage(modelId, NO_USAGE, clock.nowMs());
    this.#modelId = modelId;
    this.#client = openBedrockClient({ endpoint: options.endpoint, maxConnections: options.maxConcurrency ?? 50 });
    this.#ledger = options.ledger;
    this.#ids = options.ids ?? new SystemIds(clock);
    this.#random = options.random ?? Math.random;
    this.#budget = options.budget ?? new RetryBudget();
    this.#timeoutMs = options.timeoutMs ?? 2_000;
    this.#time = { clock, timers: options.timers ?? new SystemTimers() };
  }

  async embed(request: EmbeddingRequest, call: ModelCall): Promise<Float32Array[]> {
    const deadline = withDeadline(call.signal, this.#timeoutMs, this.#time);
    try {
      return await retry((attempt) => this.#embedOnce(request, call, deadline.signal, attempt), {
        timers: this.#time.timers,
        budget: this.#budget,
        random: this.#random,
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
    this.#client.destroy();
    return Promise.resolve();
  }

  async #embedOnce(request: EmbeddingRequest, call: ModelCall, abortSignal: AbortSignal, attempt: number): Promise<Float32Array[]> {
    const { clock } = this.#time;
    const startedAtMs = clock.nowMs();
    const startedElapsedMs = clock.elapsedMs();
    const book = (end: Pick<LedgerEntry, 'outcome' | 'failureCode'>, inputTokens: number, usageSource: LedgerEntry['usageSource']) => {
      const usage = { ...NO_USAGE, inputTokens };
      this.#ledger.record({
        callId: this.#ids.sortable('call'),
        atMs: startedAtMs,
        attribution: call.attribution,
        model: 'embedding',
        modelId: this.#modelId,
        operation: 'embed',
        ...end,
        usage,
        usageSource,
        ...priceUsage(this.#modelId, usage, startedAtMs),
        latencyMs: Math.round(clock.elapsedMs() - startedElapsedMs),
        attempt,
      });
    };
    try {
      const command = new InvokeModelCommand({ modelId: this.#modelId, contentType: 'application/json', accept: 'application/json', body: JSON.stringify(request.body) });
      const output: unknown = await this.#client.send(withSignal(command, abortSignal));
      const { body, inputTokenCount } = output as RawWholeAnswer;
      const embedded = request.read(JSON.parse(Buffer.from(body).toString('utf8')) as JsonObject);
      checkVectors(embedded, request);
      const inputTokens = embedded.inputTokens ?? inputTokenCount;
      book({ outcome: 'completed' }, inputTokens ?? request.estimateTokens(), inputTokens === undefined ? 'estimated' : 'measured');
      return embedded.vectors.map((vector) => Float32Array.from(vector));
    } catch (error) {
      const failure = toModelError(error, { signal: abortSignal });
      book({ outcome: failure.kind === 'cancelled' ? 'cancelled' : 'failed', failureCode: failure.code }, 0, 'estimated');
      throw failure;
    }
  }
}

/** A vector too few, or one of another size, would be stored under somebody else's name. */
function checkVectors({ vectors }: Embedded, { count, dimensions }: EmbeddingRequest): void {
  if (vectors.length === count && vectors.every((vector) => Array.isArray(vector) && vector.length === dimensions)) return;
  throw new AppError('unavailable', 'bedrock.model-error', 'The text could not be embedded. Please try again.', {
    details: { wanted: { count, dimensions }, got: { count: vectors.length, dimensions: vectors[0]?.length } },
  });
}

/** Throws `bedrock.invalid-request` for a text that the model would refuse. */
export function checkTexts(texts: readonly string[], maxCharacters: number): void {
  if (texts.every((text) => text.trim() !== '' && text.length <= maxCharacters)) return;
  throw new AppError('invalid', 'bedrock.invalid-request', `A text to embed has 1 to ${maxCharacters} characters.`);
}
