import type { BatchItem } from '@manga-assist/schemas/rest';
import type { JobPriority, TerminalJobStatus } from '@manga-assist/schemas/jobs';
import type { JobOwner, JobUsage } from './job.ts';
import type { UnreadableRow } from './job-store.ts';

/** What was asked for in one call: the one durable thing when it is accepted, from which every job can be made again. */
export interface BatchOrder {
  batchId: string;
  owner: JobOwner;
  items: readonly BatchItem[];
  priority: JobPriority;
  webhookEndpointId?: string;
  createdAtMs: number;
  expiresAtMs: number;
  requestId: string;
  /** As of a job; its jobs have it too. */
  traceParent?: string;
}

export interface Batch extends BatchOrder {
  status: 'processing' | 'completed' | 'cancelled';
  /** All its jobs have been written and sent. */
  isFannedOut: boolean;
  /** How each job that has ended did so, by its index. */
  settled: Readonly<Record<number, TerminalJobStatus>>;
  usage: JobUsage;
  costUsd: number;
  endedAtMs?: number;
  isCancelRequested: boolean;
  pendingSteps: readonly ('notify' | 'webhook')[];
}

export type DueBatch =
  /** Accepted, but its jobs are not all written and sent (30 s): go on with it. */
  | { kind: 'fan-out'; batch: Batch }
  /** Ended, with its one notification still to be sent. */
  | { kind: 'finish'; batch: Batch }
  /** It is to be put off, and stands in nobody's way. */
  | ({ kind: 'unreadable'; batchId: string } & UnreadableRow);

/** Batches of up to 100 analyses. Every change is one conditional write. Errors as `JobStore`. */
export abstract class BatchStore {
  /** False when the id is there already. */
  abstract create(order: BatchOrder, signal: AbortSignal): Promise<boolean>;
  abstract markFannedOut(batchId: string, signal: AbortSignal): Promise<void>;
  abstract get(owner: JobOwner, batchId: string, signal: AbortSignal): Promise<Batch | undefined>;
  /**
   * Counts one ended job, once however often it is told; with the last one the batch ends. A failure may be
   * corrected, before and after the batch's end: the job was redriven.
   */
  abstract settle(
    batchId: string,
    job: { index: number; status: TerminalJobStatus; usage: JobUsage; costUsd: number },
    signal: AbortSignal,
  ): Promise<Batch | undefined>;
  /** Its jobs are cancelled one by one by whoever calls this. Undefined: no such batch of this owner. */
  abstract requestCancel(owner: JobOwner, batchId: string, signal: AbortSignal): Promise<Batch | undefined>;
  abstract stepsDone(batchId: string, steps: readonly ('notify' | 'webhook')[], signal: AbortSignal): Promise<void>;
  abstract due(limit: number, signal: AbortSignal): Promise<readonly DueBatch[]>;
  abstract defer(batchId: string, delayMs: number, signal: AbortSignal): Promise<void>;
  abstract close(): Promise<void>;
}
