import { BatchStore, type EndedJob } from '@manga-assist/jobs';
import { Injectable } from '@nestjs/common';
import { FinishBatch } from './finish-batch.ts';

const NOTHING = { usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0 };

/** Counts an ended job in its batch; whoever counts the last one tells of the whole. */
@Injectable()
export class SettleBatch {
  constructor(
    private readonly batches: BatchStore,
    private readonly finishBatch: FinishBatch,
  ) {}

  async run({ batch, status, outcome }: EndedJob, signal: AbortSignal): Promise<void> {
    if (batch === undefined) return;
    const { usage, costUsd } = outcome ?? NOTHING;
    const settled = await this.batches.settle(batch.batchId, { index: batch.index, status, usage, costUsd }, signal);
    if (settled !== undefined) await this.finishBatch.run(settled, signal);
  }

  /** Where the end of a job of a batch is told when it is told by itself, after a redrive. */
  async endpointOf({ owner, batch }: EndedJob, signal: AbortSignal): Promise<string | undefined> {
    return batch && (await this.batches.get(owner, batch.batchId, signal))?.webhookEndpointId;
  }
}
