import type { ModelAlias } from '@manga-assist/schemas';
import type { CallAttribution } from './language-model.ts';
import type { ModelUsage } from './model-event.ts';

/**
 * One request that reached a model: what it used and cost, also when it failed or was cancelled. A
 * call that was tried again or fell back has one entry for each request, joined by
 * `attribution.correlationId`. What was refused before it was sent has none.
 */
export interface LedgerEntry {
  /** Idempotency: writing the same call again changes nothing. */
  callId: string;
  atMs: number;
  attribution: CallAttribution;
  model: ModelAlias | 'embedding';
  modelId: string;
  /** `batch`: one record of a batch, at half the price. */
  operation: 'invoke' | 'stream' | 'converse' | 'converse-stream' | 'embed' | 'batch';
  outcome: 'completed' | 'cancelled' | 'failed';
  /** Why it did not complete: the code of the error, such as `bedrock.throttled`. */
  failureCode?: string;
  usage: ModelUsage;
  /**
   * `estimated` when the request failed before Bedrock said what it used: 0 for a request that was
   * refused, else by the length of the prompt and of what had arrived.
   */
  usageSource: 'measured' | 'estimated';
  /** Which prices were applied, such as `2024-03-04`. */
  priceVersion: string;
  costUsd: number;
  /** From sending to the end of this request; of a record of a batch, from submitting the batch to its end. */
  latencyMs: number;
  /** 1 for the first request of the call, counted over all models that were asked. */
  attempt: number;
  /** True when it stood in for a model of another name, which could not answer. */
  isStandIn?: boolean;
}

/** Where the cost of every call goes. Never on the caller's path: `record` returns at once and writes behind. */
export abstract class UsageLedger {
  abstract record(entry: LedgerEntry): void;
  /** Writes what is still waiting, within seconds; what cannot be written is logged, not thrown. */
  abstract flush(): Promise<void>;
  /** Flushes, then lets go of connections; called when the service drains. */
  abstract close(): Promise<void>;
}
