import { AppError, type Clock } from '@manga-assist/foundation';
import { sleep, type Timers } from '@manga-assist/resilience';
import { promptText } from '../aws/sendable-messages.ts';
import type { ServedModel } from '../model-catalogue.ts';
import type { ModelUsage } from '../model-event.ts';
import type { ModelRequest } from '../model-request.ts';
import type { TokenEstimator } from '../token-estimator.ts';
import { OutputLengths } from './output-lengths.ts';
import type { QuotaBudget, QuotaLedger } from './quota-ledger.ts';

export interface AdmissionOptions {
  quota: QuotaLedger;
  /** By what Bedrock is called with (model id or inference profile). A model without a budget is never held back. */
  budgets: Readonly<Record<string, QuotaBudget>>;
  /** The longest a call queues for its tokens before the next model of the ladder is asked. Default 1,500. */
  maxWaitMs?: number;
}

export interface AdmissionTools {
  clock: Clock;
  timers: Timers;
  estimator: TokenEstimator;
}

/** Leave to send one request. */
export interface Admitted {
  /** At most what the request asked for. */
  maxTokens: number;
  /** Once, when it is known what was used. */
  settle(usage: ModelUsage, source: 'measured' | 'estimated'): void;
}

/** Longer than nineteen of twenty answers by this much. */
const MARGIN = 1.2;
/** Larger pictures are made smaller by the model; documents are not counted. */
const TOKENS_PER_IMAGE = 1_600;
/** Less is no answer. */
const SHORTEST_ANSWER_TOKENS = 64;

/**
 * Reserves what a request may use before it is sent, so that Bedrock hardly ever has to say 429:
 * input + maxTokens × burndown. What does not fit is first tried with as many output tokens as such
 * answers really take, then waits briefly, then is refused, and the call's ladder goes on below.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #tools: AdmissionTools;
  readonly #lengths = new OutputLengths();

  constructor(options: AdmissionOptions, tools: AdmissionTools) {
    this.#options = options;
    this.#tools = tools;
  }

  /** Throws `bedrock.quota-full` (with `retryAfterMs`), else the signal's reason. */
  async admit(request: ModelRequest, served: ServedModel, feature: string, signal: AbortSignal): Promise<Admitted> {
    const wanted = Math.min(request.maxTokens, served.profile.maxOutputTokens);
    const budget = this.#options.budgets[served.modelId];
    if (!budget) return { maxTokens: wanted, settle: () => undefined };
    const { clock, timers, estimator } = this.#tools;
    const purpose = `${feature} ${served.modelId}`;
    const inputTokens = estimator.estimate(promptText(request), served.profile) + imageTokens(request);
    const givesUpAtMs = clock.elapsedMs() + (this.#options.maxWaitMs ?? 1_500);
    for (;;) {
      let waitMs = 0;
      for (const maxTokens of this.#lengthsToTry(purpose, wanted)) {
        const answer = await this.#options.quota.reserve(served.modelId, inputTokens + maxTokens * served.profile.outputBurndown, budget);
        if (answer.admitted) return { maxTokens, settle: (usage, source) => this.#settle(answer.settle, served, purpose, usage, source) };
        waitMs = Math.max(1, answer.waitMs);
      }
      if (clock.elapsedMs() + waitMs > givesUpAtMs) throw full(waitMs);
      await sleep(waitMs, signal, timers);
    }
  }

  /** The length asked for, then, where it is shorter, the one that such answers have lately had. */
  #lengthsToTry(purpose: string, wanted: number): readonly number[] {
    const usual = this.#lengths.p95(purpose);
    const shrunk = usual === undefined ? wanted : Math.max(SHORTEST_ANSWER_TOKENS, Math.ceil(usual * MARGIN));
    return shrunk < wanted ? [wanted, shrunk] : [wanted];
  }

  #settle(settle: (tokens: number) => void, { profile }: ServedModel, purpose: string, usage: ModelUsage, source: 'measured' | 'estimated'): void {
    // Bedrock does not count what came out of the prompt cache.
    settle(usage.inputTokens + usage.cacheWriteInputTokens + usage.outputTokens * profile.outputBurndown);
    if (source === 'measured') this.#lengths.observe(purpose, usage.outputTokens);
  }
}

function imageTokens({ messages }: ModelRequest): number {
  return messages.flatMap(({ content }) => content).filter(({ type }) => type === 'image').length * TOKENS_PER_IMAGE;
}

function full(waitMs: number): AppError {
  return new AppError('rate-limited', 'bedrock.quota-full', 'The model is busy. Please try again in a moment.', {
    retryAfterMs: waitMs,
    details: { refusedBy: 'quota' },
  });
}
