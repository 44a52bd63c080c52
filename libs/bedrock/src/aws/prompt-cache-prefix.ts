import type { ModelProfile } from '../model-profile.ts';
import type { ModelRequest } from '../model-request.ts';
import type { TokenEstimator } from '../token-estimator.ts';

/** A service has a handful of system prompts and tool lists; more would mean that they differ per call. */
const REMEMBERED = 32;

/**
 * Whether the part that every call repeats (system prompt and tools) is long enough for the model's
 * prompt cache: a shorter one is silently not cached. Counting tokens takes longer than a request is
 * worth, so the answer is remembered per prompt and model.
 */
export class PromptCachePrefix {
  readonly #estimator: TokenEstimator;
  readonly #known = new Map<string, boolean>();

  constructor(estimator: TokenEstimator) {
    this.#estimator = estimator;
  }

  takes({ system, tools = [] }: ModelRequest, profile: ModelProfile): boolean {
    if (profile.promptCacheMinimumTokens === null) return false;
    const key = `${profile.id}\n${tools.map(({ name, description }) => `${name}:${description.length}`).join(' ')}\n${system}`;
    let isLongEnough = this.#known.get(key);
    if (isLongEnough === undefined) {
      const prefix = [...tools.map((tool) => JSON.stringify(tool)), system].join('\n');
      isLongEnough = this.#estimator.estimate(prefix, profile) >= profile.promptCacheMinimumTokens;
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.set(key, isLongEnough);
    }
    return isLongEnough;
  }
}
