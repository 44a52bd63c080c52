import { AppError } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { BatchStore, batchJobId, JobStore, type Batch } from '@manga-assist/jobs';
import type { BatchStatusResponse } from '@manga-assist/schemas/rest';
import { Injectable } from '@nestjs/common';
import { batchStatusOf } from './batch-status.ts';
import { FanOut } from './fan-out.ts';

const noSuchBatch = (): AppError => new AppError('not-found', 'jobs.batch-not-found', 'Batch not found');

/** Batches by their owner: looking and cancelling. */
@Injectable()
export class ReadBatch {
  constructor(
    private readonly batches: BatchStore,
    private readonly jobs: JobStore,
    private readonly fanOut: FanOut,
  ) {}

  /** Errors: `not-found` `jobs.batch-not-found`; `unavailable` `jobs.unavailable`. */
  async run(caller: Principal, batchId: string, signal: AbortSignal): Promise<BatchStatusResponse> {
    const batch = await this.batches.get(caller, batchId, signal);
    if (batch === undefined) throw noSuchBatch();
    return batchStatusOf(batch, await this.jobs.getMany(caller, jobIdsOf(batch), signal));
  }

  /** Queued jobs end at once, also those whose rows are still missing; those under way are asked to stop; what has ended stays. */
  async cancel(caller: Principal, batchId: string, signal: AbortSignal): Promise<BatchStatusResponse> {
    const batch = await this.batches.requestCancel(caller, batchId, signal);
    if (batch === undefined) throw noSuchBatch();
    if (!batch.isFannedOut) await this.fanOut.run(batch, signal);
    await Promise.all(jobIdsOf(batch).map((jobId) => this.jobs.cancel(caller, jobId, signal)));
    return this.run(caller, batchId, signal);
  }
}

function jobIdsOf(batch: Batch): string[] {
  return batch.items.map((_, index) => batchJobId(batch.batchId, index));
}
