import { BatchStore, type Batch } from '@manga-assist/jobs';
import { TopicPublisher } from '@manga-assist/queues';
import { WebhookOutbox } from '@manga-assist/webhooks';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { batchEvent, batchNotification, type EndedBatch } from './batch-event.ts';

/** What follows the end of a batch's last job: one notification and one webhook, whoever tells of it and how often. */
@Injectable()
export class FinishBatch {
  constructor(
    private readonly batches: BatchStore,
    private readonly topic: TopicPublisher,
    private readonly webhooks: WebhookOutbox,
    private readonly config: AsyncWorkerConfig,
  ) {}

  /** Does nothing for a batch that has not ended, or has been told of. Throws what could not be done; the sweeper does it later. */
  async run(batch: Batch, signal: AbortSignal): Promise<void> {
    if (!hasEnded(batch) || batch.pendingSteps.length === 0) return;
    if (batch.pendingSteps.includes('notify')) await this.topic.publish(this.config.resultsTopic, batchNotification(batch), signal);
    if (batch.pendingSteps.includes('webhook')) {
      const { webhookEndpointId: endpointId } = batch;
      await this.webhooks.enqueue(batch.owner, batchEvent(batch), endpointId === undefined ? {} : { endpointId }, signal);
    }
    await this.batches.stepsDone(batch.batchId, batch.pendingSteps, signal);
  }
}

function hasEnded(batch: Batch): batch is EndedBatch {
  return batch.endedAtMs !== undefined;
}
