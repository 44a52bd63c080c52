import { openModelCatalogue } from '@manga-assist/bedrock';
import { estimateDailyCost, priceUsage, type DailyCost, type DailyTraffic, type TrafficRoute } from '@manga-assist/pricing';
import type { CostInputs } from './options.ts';

/** One more truth told: what the day costs once it is counted in. */
export interface CostStep {
  what: string;
  perDayUsd: number;
  perMonthUsd: number;
}

export interface CostReport {
  inputs: CostInputs;
  /** The design study's section 12: its models, its tokens, every message cacheable. */
  study: { withoutCache: DailyCost; withCache: DailyCost };
  honest: { steps: readonly CostStep[]; result: DailyCost };
}

const STUDY_MODELS = { haiku: 'anthropic.claude-3-haiku-20240307-v1:0', sonnet: 'anthropic.claude-3-sonnet-20240229-v1:0' };
const EMBEDDING_MODEL = 'amazon.titan-embed-text-v2:0';

/** Both models from the same functions. Throws AppError for a model that has no price or is not in the catalogue. */
export function reportCost(inputs: CostInputs): CostReport {
  const study: DailyTraffic = {
    messagesPerDay: inputs.messages,
    routes: routesOf(STUDY_MODELS, inputs.haikuShare),
    tokensPerCall: { question: inputs.input, output: inputs.output },
    atMs: inputs.atMs,
  };
  const { question, prefix, context, output } = inputs;
  const living: DailyTraffic = { ...study, routes: routesOf(inputs, inputs.haikuShare) };
  const wholePrompt: DailyTraffic = { ...living, tokensPerCall: { question, prefix, context, output } };
  const allCalls: DailyTraffic = { ...wholePrompt, callsPerMessage: inputs.calls, retryShare: inputs.retries };
  const singleTurns: DailyTraffic = { ...allCalls, responseCache: { share: inputs.singleTurn, hitRatio: inputs.cacheHits } };
  const promptCached: DailyTraffic = { ...singleTurns, promptCache: { hitRatio: inputs.promptCacheHits } };
  const everything: DailyTraffic = {
    ...promptCached,
    otherCosts: [{ name: 'embeddings', usdPerDay: embeddingUsdPerDay(inputs) }, ...inputs.other],
    peakFactor: inputs.peak,
    maxTokens: inputs.maxTokens,
  };
  const step = (what: string, traffic: DailyTraffic): CostStep => {
    const { perDayUsd, perMonthUsd } = estimateDailyCost(traffic);
    return { what, perDayUsd, perMonthUsd };
  };
  return {
    inputs,
    study: { withoutCache: estimateDailyCost(study), withCache: estimateDailyCost({ ...study, responseCache: { share: 1, hitRatio: inputs.cacheHits } }) },
    honest: {
      steps: [
        step("the study's traffic", study),
        step('on models that are alive', living),
        step('with the whole prompt', wholePrompt),
        step('with tool rounds and retries', allCalls),
        step('with the response cache, single turns only', singleTurns),
        step('with the prompt cache', promptCached),
        step('with everything else that is paid', everything),
      ],
      result: estimateDailyCost(everything),
    },
  };
}

function routesOf(modelIds: { haiku: string; sonnet: string }, haikuShare: number): TrafficRoute[] {
  const catalogue = openModelCatalogue({ haiku: modelIds.haiku, sonnet: modelIds.sonnet });
  return (['haiku', 'sonnet'] as const).map((alias) => {
    const { profile } = catalogue.served(alias);
    return {
      modelId: profile.id,
      share: alias === 'haiku' ? haikuShare : 1 - haikuShare,
      promptCacheMinimumTokens: profile.promptCacheMinimumTokens,
      outputBurndown: profile.outputBurndown,
    };
  });
}

/** Every question is embedded once for the catalogue search. */
function embeddingUsdPerDay({ messages, question, atMs }: CostInputs): number {
  const usage = { inputTokens: question, outputTokens: 0, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
  return messages * priceUsage(EMBEDDING_MODEL, usage, atMs).costUsd;
}
