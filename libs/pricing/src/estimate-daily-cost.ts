import type { Price } from './price.ts';
import { priceTable, type PriceTable } from './price-table.ts';

/** One model's part of the traffic. */
export interface TrafficRoute {
  modelId: string;
  /** Part of all messages, 0 to 1; the routes' shares add up to 1. */
  share: number;
  /** Prefixes shorter than this are silently not cached by the model; null: it caches none. */
  promptCacheMinimumTokens?: number | null;
  /** Tokens of quota per output token: 5 for Claude 3.7 and later. */
  outputBurndown?: number;
}

export interface DailyTraffic {
  messagesPerDay: number;
  routes: readonly TrafficRoute[];
  /** What one call to a model reads and writes. */
  tokensPerCall: {
    /** The question itself. */
    question: number;
    /** System prompt and tool descriptions: the same for every call, so a prompt cache can hold it. */
    prefix?: number;
    /** Earlier turns and what was retrieved: different for every call. */
    context?: number;
    output: number;
  };
  /** Calls to a model per message: 1, plus one for every tool round. */
  callsPerMessage?: number;
  /** Extra calls by retries, as a part of all calls. */
  retryShare?: number;
  /** `share`: single-turn messages, the only ones that may be cached. `hitRatio`: of those, answered without a model. */
  responseCache?: { share: number; hitRatio: number };
  /** Part of the calls that find the prefix in the model's prompt cache; the rest write it. */
  promptCache?: { hitRatio: number };
  /** Everything that is not a model call: guardrails, embeddings, search, metrics. */
  otherCosts?: readonly { name: string; usdPerDay: number }[];
  /** Busiest minute against the mean. */
  peakFactor?: number;
  /** What every call reserves of the quota when it starts; unset means what it writes. */
  maxTokens?: number;
  /** When the prices apply, milliseconds since the epoch. */
  atMs: number;
}

export interface RouteCost {
  modelId: string;
  callsPerDay: number;
  inputUsd: number;
  outputUsd: number;
  cacheReadUsd: number;
  cacheWriteUsd: number;
  totalUsd: number;
  /** False when there is no prompt cache or the prefix is under the model's minimum. */
  cachesPrompt: boolean;
  requestsPerMinute: { mean: number; peak: number };
  /** Tokens per minute at peak: reserved when calls start, and settled when they have ended. */
  quotaTokensPerMinute: { reserved: number; settled: number };
}

export interface DailyCost {
  routes: readonly RouteCost[];
  modelsUsd: number;
  othersUsd: number;
  perDayUsd: number;
  /** Thirty days. */
  perMonthUsd: number;
  /** What the response cache keeps from being spent, per thirty days. */
  savedByResponseCachePerMonthUsd: number;
}

const DAYS_PER_MONTH = 30;
const MINUTES_PER_DAY = 1_440;
const MILLION = 1_000_000;

/** The daily-volume model: what a day of traffic costs, and what quota it needs. Throws RangeError for shares that make no sense. */
export function estimateDailyCost(traffic: DailyTraffic, prices: PriceTable = priceTable): DailyCost {
  checkShares(traffic);
  const { share = 0, hitRatio = 0 } = traffic.responseCache ?? {};
  const costs = (calledRatio: number) =>
    traffic.routes.map((route) => costOfRoute(route, traffic, calledRatio, prices.at(route.modelId, traffic.atMs)));
  const routes = costs(1 - share * hitRatio);
  const modelsUsd = sum(routes.map(({ totalUsd }) => totalUsd));
  const uncachedUsd = sum(costs(1).map(({ totalUsd }) => totalUsd));
  const othersUsd = sum((traffic.otherCosts ?? []).map(({ usdPerDay }) => usdPerDay));
  const perDayUsd = modelsUsd + othersUsd;
  return {
    routes,
    modelsUsd,
    othersUsd,
    perDayUsd,
    perMonthUsd: perDayUsd * DAYS_PER_MONTH,
    savedByResponseCachePerMonthUsd: (uncachedUsd - modelsUsd) * DAYS_PER_MONTH,
  };
}

function costOfRoute(route: TrafficRoute, traffic: DailyTraffic, calledRatio: number, price: Price): RouteCost {
  const { question, prefix = 0, context = 0, output } = traffic.tokensPerCall;
  const { callsPerMessage = 1, retryShare = 0, peakFactor = 1 } = traffic;
  const callsPerDay = traffic.messagesPerDay * route.share * calledRatio * callsPerMessage * (1 + retryShare);

  const minimum = route.promptCacheMinimumTokens ?? null;
  const { cacheReadPerMillionUsd, cacheWritePerMillionUsd } = price;
  const cachesPrompt =
    traffic.promptCache !== undefined && minimum !== null && prefix >= minimum && cacheReadPerMillionUsd !== null && cacheWritePerMillionUsd !== null;
  const hits = cachesPrompt ? (traffic.promptCache?.hitRatio ?? 0) : 0;
  const readTokens = cachesPrompt ? prefix * hits : 0;
  const writtenTokens = cachesPrompt ? prefix * (1 - hits) : 0;
  const inputTokens = question + context + (cachesPrompt ? 0 : prefix);

  const usd = (tokensPerCall: number, perMillionUsd: number | null) => (callsPerDay * tokensPerCall * (perMillionUsd ?? 0)) / MILLION;
  const inputUsd = usd(inputTokens, price.inputPerMillionUsd);
  const outputUsd = usd(output, price.outputPerMillionUsd);
  const cacheReadUsd = usd(readTokens, cacheReadPerMillionUsd);
  const cacheWriteUsd = usd(writtenTokens, cacheWritePerMillionUsd);

  const mean = callsPerDay / MINUTES_PER_DAY;
  const peak = mean * peakFactor;
  return {
    modelId: route.modelId,
    callsPerDay,
    inputUsd,
    outputUsd,
    cacheReadUsd,
    cacheWriteUsd,
    totalUsd: inputUsd + outputUsd + cacheReadUsd + cacheWriteUsd,
    cachesPrompt,
    requestsPerMinute: { mean, peak },
    quotaTokensPerMinute: {
      // Bedrock reserves all input and maxTokens at the start, and settles without cache reads, with output times its burndown.
      reserved: peak * (inputTokens + readTokens + writtenTokens + (traffic.maxTokens ?? output)),
      settled: peak * (inputTokens + writtenTokens + output * (route.outputBurndown ?? 1)),
    },
  };
}

function checkShares({ routes, responseCache, promptCache }: DailyTraffic): void {
  const shares = [responseCache?.share ?? 0, responseCache?.hitRatio ?? 0, promptCache?.hitRatio ?? 0, ...routes.map(({ share }) => share)];
  if (shares.some((share) => !(share >= 0 && share <= 1))) throw new RangeError('shares and ratios are between 0 and 1');
  if (Math.abs(sum(routes.map(({ share }) => share)) - 1) > 1e-9) throw new RangeError("the routes' shares add up to 1");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
