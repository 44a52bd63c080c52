import type { ModelProfile, PromptCacheTtl } from '../model-profile.ts';
import type { ModelMessage, ModelRequest } from '../model-request.ts';
import { MOST_TOKENS_PER_CHARACTER, type TokenEstimator } from '../token-estimator.ts';
import { promptText } from '../aws/sendable-messages.ts';
import { NO_CACHE_POINTS, type CachePoints } from './cache-points.ts';

/** How long each section is to be kept; five minutes unless said otherwise. An hour costs more to write. */
export type PromptCacheTtls = Readonly<Partial<Record<keyof CachePoints, PromptCacheTtl>>>;

/** A service has a handful of system prompts and tool lists; more would mean that they differ per call. */
const REMEMBERED = 32;
/** A question, an answer and the next question: before that nobody knows that there will be a next one. */
const SHORTEST_HISTORY = 3;
const LONGEST_FIRST: readonly PromptCacheTtl[] = ['1h', '5m'];

interface Prefix {
  toolTokens: number;
  tokens: number;
}

/**
 * Where to put cache points: after the tools, the system prompt and the history, each only when
 * everything up to there has the model's minimum (a shorter prefix is silently not cached). A later
 * section is never kept longer than an earlier one: Bedrock refuses that.
 */
export class PromptCachePlan {
  readonly #estimator: TokenEstimator;
  readonly #ttls: PromptCacheTtls;
  readonly #prefixes = new Map<string, Prefix>();

  constructor(estimator: TokenEstimator, ttls: PromptCacheTtls = {}) {
    this.#estimator = estimator;
    this.#ttls = ttls;
  }

  pointsFor(request: ModelRequest, profile: ModelProfile): CachePoints {
    const minimum = profile.promptCacheMinimumTokens;
    if (minimum === null) return NO_CACHE_POINTS;
    const { toolTokens, tokens } = this.#prefix(request, profile);
    const points: CachePoints = {};
    let longest: PromptCacheTtl | undefined;
    const place = (section: keyof CachePoints, isLongEnough: boolean) => {
      if (!isLongEnough) return;
      longest = notLongerThan(longest, this.#ttls[section] ?? '5m', profile.promptCacheTtls);
      points[section] = longest;
    };
    place('tools', (request.tools?.length ?? 0) > 0 && toolTokens >= minimum);
    place('system', request.system.trim() !== '' && tokens >= minimum);
    place('history', this.#historyReaches(minimum, tokens, request, profile));
    return points;
  }

  /** Counting takes longer than a request is worth, so the part that every call repeats is remembered per prompt and model. */
  #prefix({ system, tools = [] }: ModelRequest, profile: ModelProfile): Prefix {
    const key = `${profile.id}\n${tools.map(({ name, description }) => `${name}:${description.length}`).join(' ')}\n${system}`;
    let prefix = this.#prefixes.get(key);
    if (!prefix) {
      const toolTokens = tools.length === 0 ? 0 : this.#estimator.estimate(tools.map((tool) => JSON.stringify(tool)).join('\n'), profile);
      prefix = { toolTokens, tokens: toolTokens + (system === '' ? 0 : this.#estimator.estimate(system, profile)) };
      if (this.#prefixes.size >= REMEMBERED) this.#prefixes.clear();
      this.#prefixes.set(key, prefix);
    }
    return prefix;
  }

  #historyReaches(minimum: number, prefixTokens: number, { messages }: ModelRequest, profile: ModelProfile): boolean {
    if (messages.length < SHORTEST_HISTORY) return false;
    const text = historyText(messages);
    const missing = minimum - prefixTokens;
    if (text.length * MOST_TOKENS_PER_CHARACTER < missing) return false;
    return missing <= 0 || this.#estimator.estimate(text, profile) >= missing;
  }
}

function historyText(messages: readonly ModelMessage[]): string {
  return promptText({ messages, system: '' });
}

/** The TTL wanted, cut down to the one before it and to what the model knows. */
function notLongerThan(before: PromptCacheTtl | undefined, wanted: PromptCacheTtl, known: readonly PromptCacheTtl[]): PromptCacheTtl {
  const from = Math.max(LONGEST_FIRST.indexOf(wanted), before === undefined ? 0 : LONGEST_FIRST.indexOf(before));
  return LONGEST_FIRST.slice(from).find((ttl) => known.includes(ttl)) ?? '5m';
}
