import { Module, type DynamicModule } from '@nestjs/common';
import { BatchesController } from './batches/batches.controller.ts';
import { FanOut } from './batches/fan-out.ts';
import { ReadBatch } from './batches/read-batch.ts';
import { SubmitBatch } from './batches/submit-batch.ts';
import { DeadLettersController } from './dead-letters/dead-letters.controller.ts';
import { Redrive } from './dead-letters/redrive.ts';
import { RedriveAudit } from './dead-letters/redrive-audit.ts';
import { EnrichmentsController } from './enrichments/enrichments.controller.ts';
import { IdempotentRequests } from './idempotency/idempotent-requests.ts';
import { CallbackEndpoint } from './jobs/callback-endpoint.ts';
import { JobsController } from './jobs/jobs.controller.ts';
import { ReadJob } from './jobs/read-job.ts';
import { SendClaimChecks } from './jobs/send-claim-checks.ts';
import { SubmitJob } from './jobs/submit-job.ts';
import { AnswerMaker } from './query/answer-maker.ts';
import { AnswerMemory } from './query/answer-memory.ts';
import { AnswerQuery } from './query/answer-query.ts';
import { MangaQueryController } from './query/manga-query.controller.ts';
import { WebhookDeliveriesController } from './webhooks/deliveries.controller.ts';
import { WebhookEndpointsController } from './webhooks/endpoints.controller.ts';

@Module({})
export class AppModule {
  /** The service on the given adapters: the real ones in production, fakes in a test. */
  static on(adapters: DynamicModule): DynamicModule {
    return {
      module: AppModule,
      imports: [adapters],
      controllers: [
        MangaQueryController,
        JobsController,
        BatchesController,
        WebhookEndpointsController,
        WebhookDeliveriesController,
        DeadLettersController,
        EnrichmentsController,
      ],
      providers: [
        ...[AnswerQuery, AnswerMemory, AnswerMaker],
        ...[IdempotentRequests, CallbackEndpoint, SendClaimChecks, SubmitJob, ReadJob],
        ...[FanOut, SubmitBatch, ReadBatch],
        ...[Redrive, RedriveAudit],
      ],
    };
  }
}
