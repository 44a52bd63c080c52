import { JobLedger, type EndedJob, type OutboxStep } from '@manga-assist/jobs';
import { TopicPublisher } from '@manga-assist/queues';
import { WebhookOutbox } from '@manga-assist/webhooks';
import { Injectable } from '@nestjs/common';
import { SettleBatch } from '../batches/settle-batch.ts';
import { ApplyEffect } from '../catalogue/apply-effect.ts';
import { AsyncWorkerConfig } from '../config.ts';
import { jobEvent, jobNotification } from './job-event.ts';

/** The steps after a job's end, each by itself and repeatable. */
@Injectable()
export class OutboxSteps {
  constructor(
    private readonly ledger: JobLedger,
    private readonly topic: TopicPublisher,
    private readonly webhooks: WebhookOutbox,
    private readonly batches: SettleBatch,
    private readonly effects: ApplyEffect,
    private readonly config: AsyncWorkerConfig,
  ) {}

  do(step: OutboxStep, job: EndedJob, signal: AbortSignal): Promise<void> {
    switch (step) {
      case 'ledger':
        return this.ledger.settle(job, signal);
      case 'notify':
        return this.topic.publish(this.config.resultsTopic, jobNotification(job), signal);
      case 'webhook':
        return this.#tellEndpoints(job, signal);
      case 'batch':
        return this.batches.run(job, signal);
      case 'catalogue':
        return this.effects.run(job, signal);
      case 'undo':
        return this.effects.undo(job, signal);
    }
  }

  async #tellEndpoints(job: EndedJob, signal: AbortSignal): Promise<void> {
    const { owner, webhookEndpointId: endpointId = await this.batches.endpointOf(job, signal) } = job;
    return this.webhooks.enqueue(owner, jobEvent(job), endpointId === undefined ? {} : { endpointId }, signal);
  }
}
