import type { PriceTable } from '@manga-assist/pricing';
import type { ModelAlias } from '@manga-assist/schemas';
import { createHash } from 'node:crypto';
import { NO_USAGE, readAnthropicUsage, type AnthropicUsage } from '../aws/usage.ts';
import type { CallAttribution } from '../language-model.ts';
import type { LedgerEntry, UsageLedger } from '../usage-ledger.ts';
import type { BatchResult } from './join-batch-results.ts';

/** The job whose records are booked. */
export interface BookedJob {
  jobId: string;
  model: ModelAlias;
  /** What Bedrock ran, and the base id by which its price goes. */
  modelId: string;
  priceId: string;
  submittedAtMs: number;
  endedAtMs: number;
}

/** A ledger takes so many at once without dropping any; a batch may have five times as many. */
const FLUSH_EVERY = 5_000;

/**
 * One ledger row for each record that Bedrock answered or refused. The rows follow from the job and
 * its records alone (id and day included), so that reading the results again writes the same rows and
 * counts nothing twice. Records without a result have none: nobody knows whether they ran.
 */
export async function bookBatch(results: readonly BatchResult[], job: BookedJob, attribution: CallAttribution, { ledger, prices }: { ledger: UsageLedger; prices: PriceTable }): Promise<void> {
  let booked = 0;
  for (const result of results) {
    if (result.status === 'missing') continue;
    ledger.record(entryOf(result, job, attribution, prices));
    if (++booked % FLUSH_EVERY === 0) await ledger.flush();
  }
}

function entryOf(result: BatchResult, job: BookedJob, attribution: CallAttribution, prices: PriceTable): LedgerEntry {
  const isAnswered = result.status === 'succeeded';
  const usage = isAnswered ? readAnthropicUsage(result.modelOutput['usage'] as AnthropicUsage | undefined) : NO_USAGE;
  return {
    callId: `batch_${createHash('sha256').update(JSON.stringify([job.jobId, result.recordId])).digest('hex').slice(0, 32)}`,
    atMs: job.submittedAtMs,
    attribution,
    model: job.model,
    modelId: job.modelId,
    operation: 'batch',
    ...(isAnswered ? { outcome: 'completed' } : { outcome: 'failed', failureCode: 'bedrock.model-error' }),
    usage,
    usageSource: isAnswered ? 'measured' : 'estimated',
    ...prices.price(job.priceId, usage, job.submittedAtMs, { batch: true }),
    latencyMs: Math.max(0, job.endedAtMs - job.submittedAtMs),
    attempt: 1,
  };
}
