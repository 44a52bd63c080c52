import { SystemClock, SystemIds, type Clock, type Ids } from '@manga-assist/foundation';
import { RetryBudget, SystemTimers, type Timers } from '@manga-assist/resilience';
import type { CallLogger } from '../call-logger.ts';
import type { LanguageModel } from '../language-model.ts';
import { openModelCatalogue, type ModelCatalogue } from '../model-catalogue.ts';
import { Admission, type AdmissionOptions } from '../quota/admission.ts';
import type { PromptCacheTtls } from '../prompt-cache/prompt-cache-plan.ts';
import { Cl100kTokenEstimator, type TokenEstimator } from '../token-estimator.ts';
import type { UsageLedger } from '../usage-ledger.ts';
import { openBedrockClient, type StreamReader } from './bedrock-client.ts';
import { BedrockLanguageModel, type BedrockTimeouts } from './bedrock-language-model.ts';
import { CallIds } from './call-ids.ts';
import { EstimateCalibration } from './estimate-calibration.ts';
import type { Guardrail } from './guardrail.ts';
import { NO_USAGE } from './usage.ts';

export interface BedrockLanguageModelOptions extends Partial<BedrockTimeouts> {
  /** Where the cost of every attempt goes. */
  ledger: UsageLedger;
  catalogue?: ModelCatalogue;
  clock?: Clock;
  logger?: CallLogger;
  /** Overrides what the SDK finds itself (AWS_ENDPOINT_URL_BEDROCK_RUNTIME, else the region's endpoint). */
  endpoint?: string;
  /** Attempts at the model asked for, first one included; a fallback gets one more. Default 2. */
  maxAttempts?: number;
  /** Calls in flight per model, and sockets in all. Default 200. */
  maxConcurrency?: number;
  /** Shared between models of one process when several are open. */
  budget?: RetryBudget;
  estimator?: TokenEstimator;
  /** Holds calls back before Bedrock would refuse them. Off when not given. */
  admission?: AdmissionOptions;
  /** `sdk`: the switch back to the SDK's own reader of streams. Default `ours`. */
  streamReader?: StreamReader;
  /** Checks every question and answer. */
  guardrail?: Guardrail;
  /** How long the prompt cache keeps each section; what is written for an hour costs more, and is booked so. */
  promptCacheTtls?: PromptCacheTtls;
  ids?: Ids;
  timers?: Timers;
  /** From 0 up to, but not, 1: spreads the waits between attempts. */
  random?: () => number;
}

/**
 * Opens the language model over Bedrock. Credentials and region are what the SDK finds. Times out
 * after 5 s without a first token, 10 s without a further one, 15 s for a whole answer, 90 s in all.
 * Throws `pricing.no-price` when a model of the catalogue has no price.
 */
export function openBedrockLanguageModel(options: BedrockLanguageModelOptions): LanguageModel {
  const { ledger, logger, endpoint, maxAttempts = 2, maxConcurrency = 200 } = options;
  const catalogue = options.catalogue ?? openModelCatalogue();
  const clock = options.clock ?? new SystemClock();
  const timers = options.timers ?? new SystemTimers();
  const estimator = options.estimator ?? new Cl100kTokenEstimator();
  // A model without a price is found now, not after its first answer.
  for (const { profile } of catalogue.models) catalogue.prices.price(profile.id, NO_USAGE, clock.nowMs());
  return new BedrockLanguageModel({
    client: openBedrockClient({ endpoint, maxConnections: maxConcurrency * catalogue.models.length, ...(options.streamReader && { streamReader: options.streamReader }) }),
    catalogue,
    ledger,
    prices: catalogue.prices,
    clock,
    logger,
    maxAttempts,
    maxConcurrency,
    timeouts: {
      firstTokenTimeoutMs: options.firstTokenTimeoutMs ?? 5_000,
      stallTimeoutMs: options.stallTimeoutMs ?? 10_000,
      answerTimeoutMs: options.answerTimeoutMs ?? 15_000,
      totalTimeoutMs: options.totalTimeoutMs ?? 90_000,
    },
    budget: options.budget ?? new RetryBudget(),
    estimator,
    calibration: new EstimateCalibration(estimator),
    callIds: new CallIds(options.ids ?? new SystemIds(clock), clock),
    timers,
    random: options.random ?? Math.random,
    admission: options.admission && new Admission(options.admission, { clock, timers, estimator }),
    guardrail: options.guardrail,
    promptCacheTtls: options.promptCacheTtls,
  });
}
