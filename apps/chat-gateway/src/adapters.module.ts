import {
  Cl100kTokenEstimator,
  LanguageModel,
  ModelCallMetrics,
  ModelCatalogue,
  openBedrockLanguageModel,
  openDynamoUsageLedger,
  openModelCatalogue,
  openRedisQuotaLedger,
  PromptCacheReport,
  readQuotaBudgets,
  TokenEstimator,
  warnOfLifecycles,
  withRouting,
} from '@manga-assist/bedrock';
import { ConversationStore, openDynamoConversationStore } from '@manga-assist/conversations';
import { Clock, Ids, SystemClock, SystemIds } from '@manga-assist/foundation';
import { ApiKeys, ChatTickets, openDynamoApiKeys, openRedisChatTickets, openServiceTokens } from '@manga-assist/identity';
import { Metrics, type Logger } from '@manga-assist/observability';
import { SystemTimers, Timers } from '@manga-assist/resilience';
import { CloseOnShutdown, reachedOnce, ReadinessChecks } from '@manga-assist/service-kit';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ChatGatewayConfig } from './config.ts';
import { HttpToolClient } from './tools/http-tool-client.ts';
import { ToolClient } from './tools/tool-client.ts';

/** The only file of this service that knows which adapter stands behind which port. */
@Global()
@Module({})
export class AdaptersModule {
  static for(config: ChatGatewayConfig, logger: Logger): DynamicModule {
    const clock = new SystemClock();
    const timers = new SystemTimers();
    const estimator = new Cl100kTokenEstimator();
    const catalogue = openModelCatalogue(
      {
        ...(config.haikuModelId && { haiku: config.haikuModelId }),
        ...(config.sonnetModelId && { sonnet: config.sonnetModelId }),
      },
      { aliases: config.modelAliases, file: config.modelFile },
    );
    for (const warning of catalogue.warnings()) logger.info(warning);
    void warnOfLifecycles(catalogue, { logger, clock, timers });
    const calls = new ModelCallMetrics(openDynamoUsageLedger({ table: config.ledgerTable, clock, timers, logger }));
    const promptCache = new PromptCacheReport(calls, { catalogue, logger, timers });
    const budgets = readQuotaBudgets(config.modelQuotas);
    const quota = config.modelQuotas.length > 0 ? openRedisQuotaLedger({ url: config.redisUrl, logger }) : undefined;
    const model = withRouting(
      openBedrockLanguageModel({
        catalogue,
        ledger: promptCache,
        clock,
        timers,
        logger,
        estimator,
        totalTimeoutMs: config.turnTimeoutMs,
        ...(quota && { admission: { quota, budgets } }),
      }),
      { thorough: catalogue.aliasNamed(config.thoroughModel), thoroughShare: config.sonnetShare },
    );
    const conversations = openDynamoConversationStore({ table: config.conversationsTable, clock });
    const apiKeys = openDynamoApiKeys({ table: config.apiKeysTable, pepper: config.apiKeyPepper.reveal() });
    const tickets = openRedisChatTickets({ url: config.redisUrl, table: config.ticketsTable, clock });
    const tokens = openServiceTokens({ secret: config.serviceTokenSecret.reveal(), issuer: 'chat-gateway', audience: 'tool-service' });
    const tools = new HttpToolClient({ url: config.toolServiceUrl, tokens, clock, logger });

    const providers = [
      { provide: Clock, useValue: clock },
      { provide: Timers, useValue: timers },
      { provide: Ids, useValue: new SystemIds(clock) },
      { provide: TokenEstimator, useValue: estimator },
      { provide: ModelCatalogue, useValue: catalogue },
      { provide: LanguageModel, useValue: model },
      { provide: ModelCallMetrics, inject: [Metrics], useFactory: (metrics: Metrics) => calls.exposedOn(metrics) },
      { provide: PromptCacheReport, inject: [Metrics], useFactory: (metrics: Metrics) => promptCache.exposedOn(metrics) },
      { provide: ConversationStore, useValue: conversations },
      { provide: ApiKeys, useValue: apiKeys },
      { provide: ChatTickets, useValue: tickets },
      { provide: ToolClient, useValue: tools },
      {
        provide: ReadinessChecks,
        // Not Redis: without it tickets go through DynamoDB.
        useValue: {
          checks: {
            bedrock: (signal: AbortSignal) => model.isReachable(signal),
            conversations: (signal: AbortSignal) => conversations.isReachable(signal),
            'tool-service': reachedOnce((signal) => tools.isReachable(signal)),
          },
        },
      },
    ];
    // What has been spent is written down before anything else is closed.
    const steps = [() => promptCache.close(), ...[model, tools, conversations, apiKeys, tickets, ...(quota ? [quota] : [])].map((adapter) => () => adapter.close())];
    return {
      module: AdaptersModule,
      providers: [...providers, { provide: CloseOnShutdown, useValue: new CloseOnShutdown(steps, logger) }],
      exports: providers.map(({ provide }) => provide),
    };
  }
}
