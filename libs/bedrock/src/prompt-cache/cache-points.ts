import type { PromptCacheTtl } from '../model-profile.ts';

/** Which sections of a prompt the model's cache is to keep, and how long. */
export interface CachePoints {
  tools?: PromptCacheTtl;
  system?: PromptCacheTtl;
  /** Everything up to the end of the last message. */
  history?: PromptCacheTtl;
}

export const NO_CACHE_POINTS: CachePoints = Object.freeze({});
