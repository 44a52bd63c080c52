import type { JsonObject } from '@manga-assist/foundation';
import type { ModelAlias } from '@manga-assist/schemas';
import type { ModelCall } from '../language-model.ts';
import type { BatchResults } from './join-batch-results.ts';

/** One question of a batch: `modelInput` is the body that InvokeModel would take. */
export interface BatchRecord {
  /** Unique in its job; results are joined by it. */
  recordId: string;
  modelInput: JsonObject;
}

export interface BatchSubmission {
  /** Names the job and its file: letters, digits and `-`. */
  name: string;
  model: ModelAlias;
  records: readonly BatchRecord[];
  /** The same token again gives the same job and not a second one. */
  token: string;
}

/** What has to be remembered to read a batch. */
export interface SubmittedBatch {
  jobId: string;
  model: ModelAlias;
  recordIds: readonly string[];
}

/** Bedrock's own words. */
export type BatchState =
  | 'Submitted'
  | 'Validating'
  | 'Scheduled'
  | 'InProgress'
  | 'Completed'
  | 'PartiallyCompleted'
  | 'Failed'
  | 'Stopping'
  | 'Stopped'
  | 'Expired';

export interface BatchJob {
  jobId: string;
  state: BatchState;
  /** Nothing will change any more; results may be read, also of a job that did not get to its end. */
  isOver: boolean;
  /** Zero until Bedrock has counted. */
  records: { total: number; processed: number; succeeded: number; failed: number };
}

/**
 * Answers for many questions at half the price and in hours, not seconds: nightly enrichment, never a
 * shopper's turn.
 *
 * Errors (AppError): those of LanguageModel; `invalid` `bedrock.batch-size` for too few or too many
 * records, `bedrock.batch-record` for a record id that is empty or stands there twice; `conflict`
 * `bedrock.batch-unfinished` for results of a job that is not over.
 */
export abstract class BatchInference {
  abstract submit(submission: BatchSubmission, signal: AbortSignal): Promise<{ jobId: string }>;
  abstract job(jobId: string, signal: AbortSignal): Promise<BatchJob>;
  /**
   * What became of each of the records that were submitted: succeeded, failed, ambiguous or missing.
   * Books each record that was answered, once however often the results are read, at half the price.
   */
  abstract results(batch: SubmittedBatch, call: ModelCall): Promise<BatchResults>;
  abstract stop(jobId: string, signal: AbortSignal): Promise<void>;
  abstract close(): Promise<void>;
}
