import {
  LanguageModel,
  ModelCallMetrics,
  ModelCatalogue,
  openConfiguredModel,
  PromptCacheReport,
  TokenEstimator,
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
    const options = { clock, timers, logger, totalTimeoutMs: config.turnTimeoutMs };
    const { model, catalogue, estimator, ledger: usage, metrics: calls, closing } = openConfiguredModel(config, options);
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
      { provide: PromptCacheReport, inject: [Metrics], useFactory: (metrics: Metrics) => usage.exposedOn(metrics) },
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
    const steps = [...closing, ...[tools, conversations, apiKeys, tickets].map((adapter) => () => adapter.close())];
    return {
      module: AdaptersModule,
      providers: [...providers, { provide: CloseOnShutdown, useValue: new CloseOnShutdown(steps, logger) }],
      exports: providers.map(({ provide }) => provide),
    };
  }
}
