import {
  LanguageModel,
  ModelCallMetrics,
  ModelCatalogue,
  openConfiguredModel,
  PromptCacheReport,
  TokenEstimator,
  UsageLedger,
} from '@manga-assist/bedrock';
import { Covers, openDynamoProductStore, openS3Covers, ProductStore } from '@manga-assist/catalogue';
import { ConversationStore, openDynamoConversationStore } from '@manga-assist/conversations';
import { Clock, Ids, SystemClock, SystemIds } from '@manga-assist/foundation';
import {
  BatchStore,
  JobLedger,
  JobResults,
  JobStore,
  openDynamoBatchStore,
  openDynamoJobLedger,
  openDynamoJobStore,
  openS3JobResults,
} from '@manga-assist/jobs';
import { Logger, Metrics } from '@manga-assist/observability';
import { openSnsTopicPublisher, openSqsQueueDepths, openSqsQueueSender, QueueDepths, QueueSender, TopicPublisher } from '@manga-assist/queues';
import { SystemTimers, Timers } from '@manga-assist/resilience';
import { CloseOnShutdown, ReadinessChecks } from '@manga-assist/service-kit';
import { openDynamoWebhookOutbox, openWebhookDeliverer, PUBLIC_ONLY, WebhookDeliverer, WebhookOutbox } from '@manga-assist/webhooks';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AsyncWorkerConfig } from './config.ts';
import { servedQueues } from './queues/served-queues.ts';
import { WebhookWatch } from './webhooks/webhook-watch.ts';

/** Nobody watches a job being written: better late than begun again. */
const FIRST_TOKEN_TIMEOUT_MS = 15_000;

/** The only file of this service that knows which adapter stands behind which port. */
@Global()
@Module({})
export class AdaptersModule {
  static for(config: AsyncWorkerConfig, logger: Logger): DynamicModule {
    const clock = new SystemClock();
    const timers = new SystemTimers();
    const { model, catalogue, estimator, ledger: usage, metrics: calls, closing } = openConfiguredModel(config, {
      clock,
      timers,
      logger,
      firstTokenTimeoutMs: FIRST_TOKEN_TIMEOUT_MS,
      answerTimeoutMs: config.modelTimeoutMs,
      totalTimeoutMs: config.modelTimeoutMs,
    });
    const patience = { attemptTimeoutMs: config.storeAttemptTimeoutMs };
    const jobs = openDynamoJobStore({ table: config.jobsTable, clock, ...patience });
    const batches = openDynamoBatchStore({ table: config.batchesTable, clock, ...patience });
    const ledger = openDynamoJobLedger({ table: config.ledgerTable, ...patience });
    const results = openS3JobResults({ bucket: config.resultsBucket });
    const products = openDynamoProductStore({ table: config.productsTable });
    const covers = openS3Covers({ bucket: config.coversBucket });
    const conversations = openDynamoConversationStore({ table: config.conversationsTable, clock, ...patience });
    const sender = openSqsQueueSender({ timers });
    const depths = openSqsQueueDepths();
    const topic = openSnsTopicPublisher();
    const webhookTables = { table: config.webhookDeliveriesTable, endpointsTable: config.webhookEndpointsTable };
    // The deliverer is made later, with its observer; what is put before that it finds by itself.
    let nudge = (): void => {};
    const webhooks = openDynamoWebhookOutbox({ ...webhookTables, clock, onDue: () => nudge() });
    const openDeliverer = (observer: WebhookWatch): WebhookDeliverer => {
      const deliverer = openWebhookDeliverer({
        ...webhookTables,
        secretKey: config.webhookSecretKey.reveal(),
        policy: { ...PUBLIC_ONLY, allowedNetworks: config.webhookAllowedNetworks },
        observer,
        clock,
        timers,
      });
      nudge = () => deliverer.nudge();
      return deliverer;
    };

    const providers = [
      { provide: AsyncWorkerConfig, useValue: config },
      { provide: Logger, useValue: logger },
      { provide: Clock, useValue: clock },
      { provide: Timers, useValue: timers },
      { provide: Ids, useValue: new SystemIds(clock) },
      { provide: TokenEstimator, useValue: estimator },
      { provide: ModelCatalogue, useValue: catalogue },
      { provide: UsageLedger, useValue: usage },
      { provide: ModelCallMetrics, inject: [Metrics], useFactory: (metrics: Metrics) => calls.exposedOn(metrics) },
      { provide: PromptCacheReport, inject: [Metrics], useFactory: (metrics: Metrics) => usage.exposedOn(metrics) },
      { provide: LanguageModel, useValue: model },
      { provide: JobStore, useValue: jobs },
      { provide: BatchStore, useValue: batches },
      { provide: JobLedger, useValue: ledger },
      { provide: JobResults, useValue: results },
      { provide: ProductStore, useValue: products },
      { provide: Covers, useValue: covers },
      { provide: ConversationStore, useValue: conversations },
      { provide: QueueSender, useValue: sender },
      { provide: QueueDepths, useValue: depths },
      { provide: TopicPublisher, useValue: topic },
      { provide: WebhookOutbox, useValue: webhooks },
      { provide: WebhookDeliverer, inject: [WebhookWatch], useFactory: openDeliverer },
      {
        provide: ReadinessChecks,
        useValue: {
          checks: {
            queues: async (signal: AbortSignal) => (await Promise.all(servedQueues(config.queueNames).map(({ name }) => depths.of(name, signal)))).length > 0,
            jobs: (signal: AbortSignal) => jobs.isReachable(signal),
            results: (signal: AbortSignal) => results.isReachable(signal),
            bedrock: (signal: AbortSignal) => model.isReachable(signal),
          },
        },
      },
    ];
    const adapters = [jobs, batches, ledger, results, products, covers, conversations, sender, depths, topic, webhooks];
    // What has been spent is written down before anything else is closed.
    const steps = [...closing, ...adapters.map((adapter) => () => adapter.close())];
    return {
      module: AdaptersModule,
      providers: [WebhookWatch, ...providers, { provide: CloseOnShutdown, useValue: new CloseOnShutdown(steps, logger) }],
      exports: providers.map(({ provide }) => provide),
    };
  }
}
