import { BatchStore, type Batch } from '@manga-assist/jobs';
import { TopicPublisher } from '@manga-assist/queues';
import { WebhookOutbox } from '@manga-assist/webhooks';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { OutboxWatch } from '../jobs/outbox-watch.ts';
import { TimeLimits } from '../jobs/time-limits.ts';
import { batchEvent, batchNotification, type EndedBatch } from './batch-event.ts';

type Step = Batch['pendingSteps'][number];

/** What follows the end of a batch's last job: one notification and one webhook, whoever tells of it and how often. */
@Injectable()
export class FinishBatch {
  constructor(
    private readonly batches: BatchStore,
    private readonly topic: TopicPublisher,
    private readonly webhooks: WebhookOutbox,
    private readonly config: AsyncWorkerConfig,
    private readonly limits: TimeLimits,
    private readonly watch: OutboxWatch,
  ) {}

  /** Does nothing for a batch that has not ended, or has been told of. Throws what could not be done; the sweeper does it later. */
  async run(batch: Batch, signal: AbortSignal): Promise<void> {
    if (!hasEnded(batch) || batch.pendingSteps.length === 0) return;
    // Side by side: a topic that never answers keeps no webhook back.
    const outcomes = await Promise.allSettled(batch.pendingSteps.map((step) => this.#do(step, batch, signal)));
    const done = batch.pendingSteps.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    // With a time of its own: the other step may have used up the caller's.
    await this.limits.within(this.config.storeTimeoutMs, (within) => this.batches.stepsDone(batch.batchId, done, within));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
  }

  async #do(step: Step, batch: EndedBatch, parent: AbortSignal): Promise<void> {
    const deadline = this.limits.deadline(parent, this.config.storeTimeoutMs);
    try {
      await (step === 'notify' ? this.topic.publish(this.config.resultsTopic, batchNotification(batch), deadline.signal) : this.#tellEndpoints(batch, deadline.signal));
    } catch (error) {
      this.watch.failed(`batch-${step}`);
      throw error;
    } finally {
      deadline.clear();
    }
  }

  #tellEndpoints(batch: EndedBatch, signal: AbortSignal): Promise<void> {
    const { webhookEndpointId: endpointId } = batch;
    return this.webhooks.enqueue(batch.owner, batchEvent(batch), endpointId === undefined ? {} : { endpointId }, signal);
  }
}

function hasEnded(batch: Batch): batch is EndedBatch {
  return batch.endedAtMs !== undefined;
}
