import { AppError } from '@manga-assist/foundation';

export type ModelLifecycle =
  | { status: 'active' }
  /** On AWS the model answers 404 since that day (yyyy-mm-dd), or month when only that is known. */
  | { status: 'retired'; since: string; replacement: string };

export type SamplingParameter = 'temperature' | 'topP' | 'topK';

export type PromptCacheTtl = '5m' | '1h';

/** What is known of one model: data, so that a new model is a new entry and no new code. */
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

const SAMPLING: readonly string[] = ['temperature', 'topP', 'topK'] satisfies SamplingParameter[];
const TTLS: readonly string[] = ['5m', '1h'] satisfies PromptCacheTtl[];
const DAY_OR_MONTH = /^\d{4}-\d{2}(-\d{2})?$/;

/** Checks the model data when the service starts: a wrong entry must not be found by a shopper. */
export function readModelProfiles(json: string): ReadonlyMap<string, ModelProfile> {
  const entries: unknown = JSON.parse(json);
  if (!Array.isArray(entries) || entries.length === 0) throw wrong('the list', 'is not a list with entries');
  const profiles = new Map<string, ModelProfile>();
  for (const entry of entries) {
    const profile = checked(entry as Partial<ModelProfile>);
    if (profiles.has(profile.id)) throw wrong(profile.id, 'stands there twice');
    profiles.set(profile.id, profile);
  }
  for (const { id, lifecycle } of profiles.values()) {
    if (lifecycle.status === 'retired' && !profiles.has(lifecycle.replacement)) throw wrong(id, 'has a replacement that is not in the list');
  }
  return profiles;
}

function checked(entry: Partial<ModelProfile>): ModelProfile {
  const id = typeof entry?.id === 'string' ? entry.id : 'an entry without id';
  const demand = (holds: boolean | undefined, what: string) => {
    if (!holds) throw wrong(id, what);
  };
  demand(typeof entry?.id === 'string' && entry.id.includes('.'), 'needs an id');
  demand(typeof entry.name === 'string', 'needs a name');
  const { lifecycle, sampling, tokenFactors } = entry;
  demand(
    lifecycle?.status === 'active' || (lifecycle?.status === 'retired' && DAY_OR_MONTH.test(lifecycle.since) && typeof lifecycle.replacement === 'string'),
    'needs a lifecycle: active, or retired with since (yyyy-mm or yyyy-mm-dd) and replacement',
  );
  demand(
    Array.isArray(sampling?.parameters) &&
      sampling.parameters.every((parameter) => SAMPLING.includes(parameter)) &&
      typeof sampling.temperatureWithTopP === 'boolean',
    `needs sampling parameters out of ${SAMPLING.join(', ')}`,
  );
  demand(isCount(entry.contextTokens) && isCount(entry.maxOutputTokens), 'needs contextTokens and maxOutputTokens');
  demand(entry.promptCacheMinimumTokens === null || isCount(entry.promptCacheMinimumTokens), 'needs promptCacheMinimumTokens or null');
  demand(
    Array.isArray(entry.promptCacheTtls) &&
      entry.promptCacheTtls.every((ttl) => TTLS.includes(ttl)) &&
      entry.promptCacheTtls.length > 0 === (entry.promptCacheMinimumTokens !== null),
    `needs promptCacheTtls out of ${TTLS.join(', ')}, exactly when it has a prompt cache`,
  );
  demand(entry.reasoning === null || entry.reasoning === 'budget' || entry.reasoning === 'adaptive', 'needs reasoning: budget, adaptive or null');
  demand(typeof entry.jsonSchemaOutput === 'boolean', 'needs jsonSchemaOutput');
  demand(isCount(entry.outputBurndown), 'needs outputBurndown');
  demand(typeof entry.needsProfile === 'boolean', 'needs needsProfile');
  demand(Number(tokenFactors?.japanese) > 0 && Number(tokenFactors?.other) > 0, 'needs tokenFactors');
  return entry as ModelProfile;
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0;
}

function wrong(id: string, what: string): AppError {
  return new AppError('bug', 'bedrock.invalid-model-data', `The model data are wrong: ${id} ${what}.`);
}
