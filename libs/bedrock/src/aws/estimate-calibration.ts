import { hasOnlyText } from '../counting/prompt-counter.ts';
import type { ModelUsage } from '../model-event.ts';
import type { ModelProfile } from '../model-profile.ts';
import type { ModelRequest } from '../model-request.ts';
import type { TokenEstimator } from '../token-estimator.ts';
import { promptText } from './sendable-messages.ts';

/** Counting a prompt takes up to a millisecond, so only one call in so many teaches the estimator. */
const SAMPLE_EVERY = 50;
/** In a short prompt the tokens that Bedrock adds around messages would pass for a wrong count. */
const MINIMUM_TOKENS = 300;
/** In a long one the counting itself would be felt. */
const MAXIMUM_CHARACTERS = 20_000;

/** Compares estimates with what Bedrock really counted, on a sample of the completed calls. */
export class EstimateCalibration {
  readonly #estimator: TokenEstimator;
  #calls = 0;

  constructor(estimator: TokenEstimator) {
    this.#estimator = estimator;
  }

  completed(request: ModelRequest, profile: ModelProfile, usage: ModelUsage): void {
    if (this.#calls++ % SAMPLE_EVERY !== 0 || !hasOnlyText(request)) return;
    const text = promptText(request);
    if (text.length > MAXIMUM_CHARACTERS) return;
    const estimated = this.#estimator.estimate(text, profile);
    if (estimated < MINIMUM_TOKENS) return;
    this.#estimator.observe(profile, estimated, usage.inputTokens + usage.cacheReadInputTokens + usage.cacheWriteInputTokens);
  }
}
