import { BatchStore, claimCheckOf, failpoint, jobsOfBatch, JobStore, type Batch } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import { QueueSender } from '@manga-assist/queues';
import { Injectable } from '@nestjs/common';
import { FinishBatch } from '../batches/finish-batch.ts';
import { AsyncWorkerConfig } from '../config.ts';

/** Goes on with batches that were accepted and then left: their door has crashed, or their end has not been told. */
@Injectable()
export class SweepBatches {
  constructor(
    private readonly batches: BatchStore,
    private readonly jobs: JobStore,
    private readonly sender: QueueSender,
    private readonly finishBatch: FinishBatch,
    private readonly config: AsyncWorkerConfig,
    private readonly logger: Logger,
  ) {}

  /** How many were due. */
  async run(signal: AbortSignal): Promise<number> {
    const due = await this.batches.due(this.config.sweepLimit, signal);
    for (const { kind, batch } of due) {
      try {
        await (kind === 'finish' ? this.finishBatch.run(batch, signal) : this.#fanOut(batch, signal));
      } catch (error) {
        signal.throwIfAborted();
        this.logger.warn({ error, batchId: batch.batchId, kind }, 'a batch is gone on with later');
        await this.batches.defer(batch.batchId, this.config.retryCapMs, signal);
      }
    }
    return due.length;
  }

  /** The jobs' ids are derived from the batch: what is written already stays, and only what is missing is sent. */
  async #fanOut(batch: Batch, signal: AbortSignal): Promise<void> {
    const orders = jobsOfBatch(batch);
    const isNew = await Promise.all(orders.map((order) => this.jobs.create(order, signal)));
    failpoint('batch.after_job_rows');
    // One that was there already is due by itself until it is known to be sent.
    const missing = orders.filter((_, index) => isNew[index]);
    const outcomes = missing.length === 0 ? [] : await this.sender.sendMany(missing.map((order) => claimCheckOf(order)), signal);
    failpoint('batch.after_send');
    await this.jobs.markSent(missing.filter((_, index) => outcomes[index]?.kind === 'sent').map(({ jobId }) => jobId), signal);
    await this.batches.markFannedOut(batch.batchId, signal);
  }
}
