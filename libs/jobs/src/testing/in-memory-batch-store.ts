import { AppError, SystemClock, toAppError, type Clock } from '@manga-assist/foundation';
import type { TerminalJobStatus } from '@manga-assist/schemas/jobs';
import { BatchStore, type Batch, type BatchOrder, type DueBatch } from '../batch-store.ts';
import type { JobOwner, JobUsage } from '../job.ts';
import { OUTBOX_GRACE_MS, RETENTION_SECONDS, SEND_GRACE_MS } from '../job-rules.ts';
import { checkOrderFits } from '../row-limits.ts';

interface Row {
  batch: Batch;
  dueAtMs: number | undefined;
}

/** Batches in this process, with every rule of the real store. */
export class InMemoryBatchStore extends BatchStore {
  /** Every call fails as if the table could not be reached. */
  isDown = false;
  readonly #rows = new Map<string, Row>();
  readonly #clock: Clock;

  constructor(clock: Clock = new SystemClock()) {
    super();
    this.#clock = clock;
  }

  async create(order: BatchOrder, signal: AbortSignal): Promise<boolean> {
    checkOrderFits(order);
    this.#reach(signal);
    if (this.#row(order.batchId)) return false;
    const batch: Batch = {
      ...structuredClone(order),
      status: 'processing',
      isFannedOut: false,
      settled: {},
      usage: { inputTokens: 0, outputTokens: 0 },
      costUsd: 0,
      isCancelRequested: false,
      pendingSteps: [],
    };
    this.#rows.set(order.batchId, { batch, dueAtMs: this.#clock.nowMs() + SEND_GRACE_MS });
    return true;
  }

  async markFannedOut(batchId: string, signal: AbortSignal): Promise<void> {
    this.#reach(signal);
    const row = this.#row(batchId);
    if (row?.batch.status !== 'processing') return;
    row.batch.isFannedOut = true;
    row.dueAtMs = undefined;
  }

  async get(owner: JobOwner, batchId: string, signal: AbortSignal): Promise<Batch | undefined> {
    this.#reach(signal);
    const row = this.#rowOf(owner, batchId);
    return row && structuredClone(row.batch);
  }

  async settle(
    batchId: string,
    { index, status, usage, costUsd }: { index: number; status: TerminalJobStatus; usage: JobUsage; costUsd: number },
    signal: AbortSignal,
  ): Promise<Batch | undefined> {
    this.#reach(signal);
    const row = this.#row(batchId);
    if (!row) return undefined;
    const { batch } = row;
    const isCorrected = batch.settled[index] === 'failed' && status !== 'failed';
    if ((batch.settled[index] === undefined || isCorrected) && index < batch.items.length) {
      batch.settled = { ...batch.settled, [index]: status };
      batch.usage = { inputTokens: batch.usage.inputTokens + usage.inputTokens, outputTokens: batch.usage.outputTokens + usage.outputTokens };
      batch.costUsd += costUsd;
      if (batch.endedAtMs === undefined && Object.keys(batch.settled).length === batch.items.length) this.#end(row);
    }
    return structuredClone(batch);
  }

  async requestCancel(owner: JobOwner, batchId: string, signal: AbortSignal): Promise<Batch | undefined> {
    this.#reach(signal);
    const row = this.#rowOf(owner, batchId);
    if (row?.batch.status === 'processing') row.batch.isCancelRequested = true;
    return row && structuredClone(row.batch);
  }

  async stepsDone(batchId: string, steps: readonly ('notify' | 'webhook')[], signal: AbortSignal): Promise<void> {
    this.#reach(signal);
    const row = this.#row(batchId);
    if (row?.batch.endedAtMs === undefined) return;
    row.batch.pendingSteps = row.batch.pendingSteps.filter((step) => !steps.includes(step));
    if (row.batch.pendingSteps.length === 0) row.dueAtMs = undefined;
  }

  async due(limit: number, signal: AbortSignal): Promise<readonly DueBatch[]> {
    this.#reach(signal);
    const nowMs = this.#clock.nowMs();
    return [...this.#rows.keys()]
      .flatMap((batchId) => this.#row(batchId) ?? [])
      .filter(({ dueAtMs = Infinity }) => dueAtMs <= nowMs)
      .sort((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0))
      .slice(0, limit)
      .map(({ batch }) => ({ kind: batch.endedAtMs === undefined ? 'fan-out' : 'finish', batch: structuredClone(batch) }));
  }

  async defer(batchId: string, delayMs: number, signal: AbortSignal): Promise<void> {
    this.#reach(signal);
    const row = this.#row(batchId);
    const nowMs = this.#clock.nowMs();
    if (row?.dueAtMs !== undefined && row.dueAtMs <= nowMs) row.dueAtMs = nowMs + delayMs;
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  #reach(signal: AbortSignal): void {
    if (signal.aborted) throw toAppError(signal.reason);
    if (this.isDown) throw new AppError('unavailable', 'jobs.unavailable', 'Requests cannot be reached just now; try again.', { retryAfterMs: 1_000 });
  }

  #row(batchId: string): Row | undefined {
    const row = this.#rows.get(batchId);
    const isForgotten = row && (Math.ceil(row.batch.createdAtMs / 1_000) + RETENTION_SECONDS) * 1_000 <= this.#clock.nowMs();
    return isForgotten ? undefined : row;
  }

  #rowOf({ tenantId, subject }: JobOwner, batchId: string): Row | undefined {
    const row = this.#row(batchId);
    return row?.batch.owner.tenantId === tenantId && row.batch.owner.subject === subject ? row : undefined;
  }

  #end(row: Row): void {
    const { batch } = row;
    const isCancelled = batch.isCancelRequested && Object.values(batch.settled).includes('cancelled');
    const nowMs = this.#clock.nowMs();
    Object.assign(batch, { status: isCancelled ? 'cancelled' : 'completed', isFannedOut: true, endedAtMs: nowMs, pendingSteps: ['notify', 'webhook'] });
    row.dueAtMs = nowMs + OUTBOX_GRACE_MS;
  }
}
