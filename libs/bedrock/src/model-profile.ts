export type ModelLifecycle =
  | { status: 'active' }
  /** Still answers, until that day; AWS asks to move on. */
  | { status: 'legacy'; until: string; replacement: string }
  /** On AWS the model answers 404 since that day (yyyy-mm-dd), or month when only that is known. */
  | { status: 'retired'; since: string; replacement: string };

export type SamplingParameter = 'temperature' | 'topP' | 'topK';

export type PromptCacheTtl = '5m' | '1h';

/** What is known of one model: data in models.json, so that a new model is a new entry and no new code. */
export interface ModelProfile {
  /** The base id, without an inference profile's prefix; prices go by it. */
  id: string;
  name: string;
  lifecycle: ModelLifecycle;
  /** Which parameters the model takes, and whether temperature and topP may be set together. */
  sampling: { parameters: readonly SamplingParameter[]; temperatureWithTopP: boolean };
  contextTokens: number;
  maxOutputTokens: number;
  /** Shorter prefixes are silently not cached; null: no prompt cache at all. */
  promptCacheMinimumTokens: number | null;
  /** How long a cached prefix may be kept, shortest first; empty without a prompt cache. */
  promptCacheTtls: readonly PromptCacheTtl[];
  /** How it is told to think first: by a number of tokens, at its own discretion, or not at all. */
  reasoning: 'budget' | 'adaptive' | null;
  /** Keeps to a JSON schema by itself; the others are asked to in words. */
  jsonSchemaOutput: boolean;
  /** How many tokens of quota one output token uses. */
  outputBurndown: number;
  /** On demand only through an inference profile (`global.`, `us.` …) on AWS. */
  needsProfile: boolean;
  /** Real tokens per cl100k token: starting guesses, calibrated by what Bedrock counts. */
  tokenFactors: { japanese: number; other: number };
}
