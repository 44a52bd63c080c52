import { AppError, type Clock } from '@manga-assist/foundation';
import type { Timers } from '@manga-assist/resilience';
import type { ModelAlias } from '@manga-assist/schemas';
import { openDynamoUsageLedger } from './aws/dynamo-usage-ledger.ts';
import type { BedrockTimeouts } from './aws/bedrock-language-model.ts';
import type { Guardrail } from './aws/guardrail.ts';
import { openBedrockLanguageModel } from './aws/open-bedrock-language-model.ts';
import type { CallLogger } from './call-logger.ts';
import { withHedging } from './hedging/with-hedging.ts';
import type { LanguageModel } from './language-model.ts';
import { warnOfLifecycles } from './lifecycles/warn-of-lifecycles.ts';
import { ModelCallMetrics } from './model-call-metrics.ts';
import { openModelCatalogue, type ModelCatalogue } from './model-catalogue.ts';
import { PromptCacheReport } from './prompt-cache/prompt-cache-report.ts';
import { readQuotaBudgets } from './quota/read-quota-budgets.ts';
import { openRedisQuotaLedger } from './redis/redis-quota-ledger.ts';
import { withRouting } from './routing/with-routing.ts';
import { Cl100kTokenEstimator, type TokenEstimator } from './token-estimator.ts';

/** What an operator sets, as text and numbers; the words of each are in libs/config's `ModelConfig`. */
export interface ModelSettings {
  ledgerTable: string;
  redisUrl: string;
  haikuModelId: string;
  sonnetModelId: string;
  modelAliases: readonly string[];
  modelFile: string;
  thoroughModel: string;
  sonnetShare: number;
  modelQuotas: readonly string[];
  hedgeModels: readonly string[];
  guardrailId: string;
  guardrailVersion: string;
}

export interface ConfiguredModelOptions extends Partial<BedrockTimeouts> {
  clock: Clock;
  timers: Timers;
  logger: CallLogger & { info(message: string): void; info(fields: Readonly<Record<string, unknown>>, message: string): void };
}

/** A language model with all that stands around it. */
export interface ConfiguredModel {
  /** Routes `auto`, hedges and keeps to the quotas as it was set. */
  model: LanguageModel;
  catalogue: ModelCatalogue;
  estimator: TokenEstimator;
  /** Where the cost of a call goes; the model's own calls are in it already. */
  ledger: PromptCacheReport;
  metrics: ModelCallMetrics;
  /** In this order: what has been spent is written down before anything else is closed. */
  closing: readonly (() => Promise<void>)[];
}

/**
 * Opens the language model that the settings describe, and says in the log what an operator had better
 * know of it. Throws `bedrock.unknown-model`, `bedrock.invalid-model-data` and `pricing.no-price` as the
 * catalogue does, and `bedrock.invalid-hedge` for a second model of nobody.
 */
export function openConfiguredModel(settings: ModelSettings, { clock, timers, logger, ...timeouts }: ConfiguredModelOptions): ConfiguredModel {
  const catalogue = catalogueOf(settings);
  // What is wrong is refused before anything is opened.
  const hedges = hedgesOf(settings, catalogue);
  const second = hedges.size === 0 ? undefined : catalogueOf(settings, hedges);
  const thorough = catalogue.aliasNamed(settings.thoroughModel);
  const budgets = readQuotaBudgets(settings.modelQuotas);
  for (const warning of catalogue.warnings()) logger.info(warning);
  void warnOfLifecycles(catalogue, { logger, clock, timers });

  const estimator = new Cl100kTokenEstimator();
  const metrics = new ModelCallMetrics(openDynamoUsageLedger({ table: settings.ledgerTable, clock, timers, logger }));
  const ledger = new PromptCacheReport(metrics, { catalogue, logger, timers });
  const quota = settings.modelQuotas.length > 0 ? openRedisQuotaLedger({ url: settings.redisUrl, logger }) : undefined;
  const guardrail = guardrailOf(settings);
  const open = (over: ModelCatalogue): LanguageModel =>
    openBedrockLanguageModel({
      catalogue: over,
      ledger,
      clock,
      timers,
      logger,
      estimator,
      ...timeouts,
      ...(quota && { admission: { quota, budgets } }),
      ...(guardrail && { guardrail }),
    });

  const asked = open(catalogue);
  const hedged = second ? withHedging(asked, { second: open(second), only: [...hedges.keys()], clock, timers }) : asked;
  const model = withRouting(hedged, { thorough, thoroughShare: settings.sonnetShare });
  const closing = [() => ledger.close(), () => model.close(), ...(quota ? [() => quota.close()] : [])];
  return { model, catalogue, estimator, ledger, metrics, closing };
}

function catalogueOf({ haikuModelId, sonnetModelId, modelAliases, modelFile }: ModelSettings, instead: ReadonlyMap<string, string> = new Map()): ModelCatalogue {
  const named = { ...(haikuModelId && { haiku: haikuModelId }), ...(sonnetModelId && { sonnet: sonnetModelId }), ...Object.fromEntries(instead) };
  return openModelCatalogue(named, { aliases: modelAliases, file: modelFile });
}

/** `haiku=us.anthropic.…` entries, by alias. */
function hedgesOf({ hedgeModels }: ModelSettings, catalogue: ModelCatalogue): ReadonlyMap<ModelAlias, string> {
  return new Map(
    hedgeModels.map((entry) => {
      const [name = '', modelId = ''] = entry.split('=', 2);
      const alias = catalogue.aliasNamed(name.trim());
      // The same profile twice is the same queue twice.
      if (catalogue.served(alias).modelId === modelId.trim()) {
        throw new AppError('invalid', 'bedrock.invalid-hedge', `${alias}: its second model, "${modelId.trim()}", is the one that is asked first.`);
      }
      return [alias, modelId.trim()];
    }),
  );
}

function guardrailOf({ guardrailId, guardrailVersion }: ModelSettings): Guardrail | undefined {
  return guardrailId === '' ? undefined : { identifier: guardrailId, version: guardrailVersion };
}
