import {
  LanguageModel,
  ModelCallMetrics,
  ModelCatalogue,
  openConfiguredModel,
  PromptCacheReport,
  UsageLedger,
} from '@manga-assist/bedrock';
import { MemoryCacheStore, openRedisCacheStore, ResponseCache } from '@manga-assist/caching';
import { ConversationStore, openDynamoConversationStore } from '@manga-assist/conversations';
import { Clock, Ids, SystemClock, SystemIds } from '@manga-assist/foundation';
import { ApiKeys, openDynamoApiKeys, openServiceTokens, ServiceTokens } from '@manga-assist/identity';
import {
  BatchStore,
  IdempotencyRecords,
  JobResults,
  JobStore,
  openDynamoBatchStore,
  openDynamoIdempotencyRecords,
  openDynamoJobStore,
  openDynamoRedriveLog,
  openS3JobResults,
  RedriveLog,
} from '@manga-assist/jobs';
import { Metrics, type Logger } from '@manga-assist/observability';
import { DeadLetters, openSqsDeadLetters, openSqsQueueDepths, openSqsQueueSender, QueueDepths, QueueSender } from '@manga-assist/queues';
import { SystemTimers, Timers } from '@manga-assist/resilience';
import { CloseOnShutdown, reachedOnce, ReadinessChecks } from '@manga-assist/service-kit';
import { openDynamoWebhookEndpoints, openDynamoWebhookOutbox, WebhookEndpoints, WebhookOutbox } from '@manga-assist/webhooks';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CatalogueLookup } from './catalogue/catalogue-lookup.ts';
import { HttpCatalogueLookup } from './catalogue/http-catalogue-lookup.ts';
import { RestApiConfig } from './config.ts';
import { readAnswer } from './query/answer.ts';

const MIB = 1024 * 1024;

/** The only file of this service that knows which adapter stands behind which port. */
@Global()
@Module({})
export class AdaptersModule {
  static for(config: RestApiConfig, logger: Logger): DynamicModule {
    const clock = new SystemClock();
    const timers = new SystemTimers();
    const { model, catalogue: models, ledger: usage, metrics: calls, closing } = openConfiguredModel(config, { clock, timers, logger });
    const conversations = openDynamoConversationStore({ table: config.conversationsTable });
    const apiKeys = openDynamoApiKeys({ table: config.apiKeysTable, pepper: config.apiKeyPepper.reveal() });
    const tokens = openServiceTokens({ secret: config.serviceTokenSecret.reveal(), issuer: 'rest-api', audience: 'tool-service' });
    const redis = openRedisCacheStore({ url: config.redisUrl, logger });
    const catalogue = new HttpCatalogueLookup({ url: config.toolServiceUrl, tokens, timeoutMs: config.catalogueTimeoutMs, clock, timers, logger });
    const memory = new MemoryCacheStore({ mostEntries: 50_000, mostBytes: config.cacheMemoryMib * MIB, clock });

    const jobs = jobAdapters(config, clock, timers);

    const providers = [
      { provide: RestApiConfig, useValue: config },
      { provide: Clock, useValue: clock },
      { provide: Timers, useValue: timers },
      { provide: Ids, useValue: new SystemIds(clock) },
      { provide: UsageLedger, useValue: usage },
      { provide: ModelCallMetrics, inject: [Metrics], useFactory: (metrics: Metrics) => calls.exposedOn(metrics) },
      { provide: PromptCacheReport, inject: [Metrics], useFactory: (metrics: Metrics) => usage.exposedOn(metrics) },
      { provide: ModelCatalogue, useValue: models },
      { provide: LanguageModel, useValue: model },
      { provide: ConversationStore, useValue: conversations },
      { provide: ApiKeys, useValue: apiKeys },
      { provide: ServiceTokens, useValue: tokens },
      { provide: CatalogueLookup, useValue: catalogue },
      { provide: ResponseCache, useValue: new ResponseCache({ memory, redis, read: readAnswer, clock }) },
      ...jobs.map(([provide, useValue]) => ({ provide, useValue })),
      {
        provide: ReadinessChecks,
        // Not Redis: without it answers cost more, but there are answers.
        useValue: {
          checks: {
            bedrock: (signal: AbortSignal) => model.isReachable(signal),
            'tool-service': reachedOnce((signal) => catalogue.isReachable(signal)),
          },
        },
      },
    ];
    // What has been spent is written down before anything else is closed.
    const steps = [...closing, ...[catalogue, conversations, redis, memory, apiKeys, ...jobs.map(([, adapter]) => adapter)].map((adapter) => () => adapter.close())];
    return {
      module: AdaptersModule,
      providers: [...providers, { provide: CloseOnShutdown, useValue: new CloseOnShutdown(steps, logger) }],
      exports: providers.map(({ provide }) => provide),
    };
  }
}

/** What the doors of jobs, batches, webhooks and dead letters stand on. */
function jobAdapters(config: RestApiConfig, clock: Clock, timers: Timers) {
  const secretKey = config.webhookSecretKey.reveal();
  const webhooks = { secretKey, policy: config.callbackPolicy, clock };
  return [
    [JobStore, openDynamoJobStore({ table: config.jobsTable, clock })],
    [BatchStore, openDynamoBatchStore({ table: config.batchesTable, clock })],
    [JobResults, openS3JobResults({ bucket: config.resultsBucket, linkEndpoint: config.resultsLinkEndpoint || undefined })],
    [IdempotencyRecords, openDynamoIdempotencyRecords({ table: config.idempotencyTable, secretKey, clock })],
    [RedriveLog, openDynamoRedriveLog({ table: config.redrivesTable })],
    [QueueSender, openSqsQueueSender({ timers })],
    [QueueDepths, openSqsQueueDepths()],
    [DeadLetters, openSqsDeadLetters({ deadLetterQueues: config.deadLetterQueues, clock, timers })],
    [WebhookEndpoints, openDynamoWebhookEndpoints({ table: config.webhookEndpointsTable, ...webhooks })],
    [WebhookOutbox, openDynamoWebhookOutbox({ table: config.webhookDeliveriesTable, endpointsTable: config.webhookEndpointsTable, clock })],
  ] as const;
}
