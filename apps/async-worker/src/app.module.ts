import { Module, type DynamicModule } from '@nestjs/common';
import { FinishBatch } from './batches/finish-batch.ts';
import { SettleBatch } from './batches/settle-batch.ts';
import { ApplyEffect } from './catalogue/apply-effect.ts';
import { CatalogueSnapshot } from './catalogue/catalogue-snapshot.ts';
import { EffectRules } from './catalogue/effect-rules.ts';
import { DoJob } from './jobs/do-job.ts';
import { FinishJob } from './jobs/finish-job.ts';
import { HeavyPlaces } from './jobs/heavy-places.ts';
import { JobObjects } from './jobs/job-objects.ts';
import { JobWatch } from './jobs/job-watch.ts';
import { JobRows } from './jobs/job-rows.ts';
import { JobsController } from './jobs/jobs.controller.ts';
import { OutboxSteps } from './jobs/outbox-steps.ts';
import { OutboxWatch } from './jobs/outbox-watch.ts';
import { RunJob } from './jobs/run-job.ts';
import { TimeLimits } from './jobs/time-limits.ts';
import { TryJob } from './jobs/try-job.ts';
import { QueueMetrics } from './queues/queue-metrics.ts';
import { QueueServer } from './queues/queue-server.ts';
import { QueueWatch } from './queues/queue-watch.ts';
import { QueuesController } from './queues/queues.controller.ts';
import { SweepBatches } from './sweeper/sweep-batches.ts';
import { SweepJobs } from './sweeper/sweep-jobs.ts';
import { Sweeper } from './sweeper/sweeper.ts';
import { handlerProviders } from './types/handlers.ts';
import { DeliverWebhooks } from './webhooks/deliver-webhooks.ts';

const jobs = [RunJob, HeavyPlaces, TryJob, JobRows, JobObjects, JobWatch, DoJob, FinishJob, OutboxSteps, OutboxWatch, SettleBatch, FinishBatch, EffectRules, ApplyEffect, CatalogueSnapshot, TimeLimits, ...handlerProviders];
/** What goes on beside the queues. */
const watching = [QueueServer, QueueMetrics, QueueWatch, Sweeper, SweepJobs, SweepBatches, DeliverWebhooks];

@Module({})
export class AppModule {
  /** The service on the given adapters: the real ones in production, fakes in a test. */
  static on(adapters: DynamicModule): DynamicModule {
    return { module: AppModule, imports: [adapters], controllers: [JobsController, QueuesController], providers: [...jobs, ...watching] };
  }

  /** Only what a message needs. Sweeping and delivering webhooks need a process that lives between messages. */
  static forMessages(adapters: DynamicModule): DynamicModule {
    return { module: AppModule, imports: [adapters], controllers: [JobsController], providers: jobs };
  }
}
