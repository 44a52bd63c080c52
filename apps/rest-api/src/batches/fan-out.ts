import { BatchStore, JobStore, jobsOfBatch, type BatchOrder, type JobOrder } from '@manga-assist/jobs';
import { toAppError } from '@manga-assist/foundation';
import { Logger } from '@manga-assist/observability';
import { Injectable } from '@nestjs/common';
import { SendClaimChecks } from '../jobs/send-claim-checks.ts';

/** Rows written at a time. */
const AT_ONCE = 20;

/**
 * Makes the jobs of a batch and sends them. Never throws: the batch is written, so what is missing is
 * made by a worker half a minute later.
 */
@Injectable()
export class FanOut {
  constructor(
    private readonly jobs: JobStore,
    private readonly batches: BatchStore,
    private readonly send: SendClaimChecks,
    private readonly logger: Logger,
  ) {}

  async run(batch: BatchOrder, signal: AbortSignal): Promise<void> {
    try {
      const orders = jobsOfBatch(batch);
      for (let start = 0; start < orders.length; start += AT_ONCE) {
        await Promise.all(orders.slice(start, start + AT_ONCE).map((order) => this.jobs.create(order, signal)));
      }
      // Looked at after the rows are there: a wish that comes later finds them all and cancels them itself.
      const isCancelled = (await this.batches.get(batch.owner, batch.batchId, signal))?.isCancelRequested ?? false;
      const isOut = isCancelled ? await this.#cancelled(orders, signal) : await this.send.of(orders, signal);
      if (isOut) await this.batches.markFannedOut(batch.batchId, signal);
    } catch (error) {
      this.logger.warn({ error: toAppError(error), batchId: batch.batchId }, 'a batch is fanned out later');
    }
  }

  async #cancelled(orders: readonly JobOrder[], signal: AbortSignal): Promise<true> {
    for (let start = 0; start < orders.length; start += AT_ONCE) {
      await Promise.all(orders.slice(start, start + AT_ONCE).map(({ owner, jobId }) => this.jobs.cancel(owner, jobId, signal)));
    }
    return true;
  }
}
