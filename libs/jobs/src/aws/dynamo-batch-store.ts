import { SystemClock, type Clock } from '@manga-assist/foundation';
import type { TerminalJobStatus } from '@manga-assist/schemas/jobs';
import { BatchStore, type Batch, type BatchOrder, type DueBatch } from '../batch-store.ts';
import type { JobOwner, JobUsage } from '../job.ts';
import { OUTBOX_GRACE_MS, SEND_GRACE_MS } from '../job-rules.ts';
import { checkOrderFits } from '../row-limits.ts';
import { readBatchRow, toBatch, toBatchRow } from './batch-row.ts';
import { dueRows, shardOf } from './due-index.ts';
import { isForgotten, TableRows, type Row, type TableOptions } from './table-rows.ts';

export interface DynamoBatchStoreOptions extends TableOptions {
  clock?: Clock;
}

type SettledJob = { index: number; status: TerminalJobStatus; usage: JobUsage; costUsd: number };
type BatchStep = Batch['pendingSteps'][number];

const STEPS: readonly BatchStep[] = ['notify', 'webhook'];

class DynamoBatchStore extends BatchStore {
  readonly #rows: TableRows;
  readonly #clock: Clock;

  constructor(rows: TableRows, clock: Clock) {
    super();
    this.#rows = rows;
    this.#clock = clock;
  }

  async create(order: BatchOrder, signal: AbortSignal): Promise<boolean> {
    checkOrderFits(order);
    const nowMs = this.#clock.nowMs();
    const row = toBatchRow(order, { due_shard: shardOf(order.batchId), due_at_ms: nowMs + SEND_GRACE_MS });
    return (await this.#rows.put(row, 'attribute_not_exists(#batch_id) OR #expires_at <= :now_s', { ':now_s': nowMs / 1_000 }, signal)).isDone;
  }

  async markFannedOut(batchId: string, signal: AbortSignal): Promise<void> {
    await this.#rows.change(
      keyOf(batchId),
      {
        // Its jobs are due by themselves now; a batch that has ended meanwhile is due for its notification.
        update: 'SET #fanned_out = :true REMOVE #due_shard, #due_at_ms',
        when: '#status = :processing',
        values: { ':true': true, ':processing': 'processing' },
        returns: 'NONE',
      },
      signal,
    );
  }

  async get(owner: JobOwner, batchId: string, signal: AbortSignal): Promise<Batch | undefined> {
    return this.#seenBy(owner, await this.#rows.get(keyOf(batchId), signal));
  }

  async settle(
    batchId: string,
    { index, status, usage, costUsd }: SettledJob,
    signal: AbortSignal,
  ): Promise<Batch | undefined> {
    const { isDone, row } = await this.#rows.change(
      keyOf(batchId),
      {
        update: `SET #settled.#${index} = :status, #settled_count = #settled_count + :one, ${ADD_COUNTS}`,
        when: `attribute_not_exists(#settled.#${index}) AND #item_count > :index`,
        values: { ':status': status, ':index': index, ':one': 1, ...counts({ status, usage, costUsd }) },
      },
      signal,
    );
    if (!row) return undefined;
    if (!isDone && hasFailed(row, index) && status !== 'failed') return this.#correct(batchId, { index, status, usage, costUsd }, signal);
    return this.#counted(row, signal);
  }

  /** A job that was counted as failed has been redriven and ended otherwise. It was counted, so the batch's end does not hang on it. */
  async #correct(batchId: string, { index, status, usage, costUsd }: SettledJob, signal: AbortSignal): Promise<Batch | undefined> {
    const { row } = await this.#rows.change(
      keyOf(batchId),
      {
        update: `SET #settled.#${index} = :status, ${ADD_COUNTS}`,
        when: `#settled.#${index} = :failed`,
        values: { ':status': status, ':failed': 'failed', ...counts({ status, usage, costUsd }) },
      },
      signal,
    );
    return row && this.#counted(row, signal);
  }

  #counted(row: Row, signal: AbortSignal): Promise<Batch> {
    // Also when the job was counted before: whoever counted the last one may have died right here.
    const isOver = row['status'] === 'processing' && row['settled_count'] === row['item_count'];
    return isOver ? this.#end(row, signal) : Promise.resolve(toBatch(row));
  }

  async requestCancel(owner: JobOwner, batchId: string, signal: AbortSignal): Promise<Batch | undefined> {
    const { row } = await this.#rows.change(
      keyOf(batchId),
      {
        update: 'SET #cancel_requested = :true',
        when: '#tenant_id = :tenant AND #subject = :subject AND #status = :processing',
        values: { ':true': true, ':tenant': owner.tenantId, ':subject': owner.subject, ':processing': 'processing' },
      },
      signal,
    );
    return this.#seenBy(owner, row);
  }

  async stepsDone(batchId: string, steps: readonly BatchStep[], signal: AbortSignal): Promise<void> {
    if (steps.length === 0) return;
    const others = STEPS.filter((step) => !steps.includes(step));
    const done = { ':done': new Set(steps) };
    const isOver = 'attribute_exists(#ended_at_ms)';
    const all = await this.#rows.change(
      keyOf(batchId),
      {
        update: 'DELETE #pending_steps :done REMOVE #due_shard, #due_at_ms',
        when: [isOver, ...others.map((step) => `NOT contains(#pending_steps, :${step})`)].join(' AND '),
        values: { ...done, ...Object.fromEntries(others.map((step) => [`:${step}`, step])) },
        returns: 'NONE',
      },
      signal,
    );
    if (!all.isDone) await this.#rows.change(keyOf(batchId), { update: 'DELETE #pending_steps :done', when: isOver, values: done, returns: 'NONE' }, signal);
  }

  async due(limit: number, signal: AbortSignal): Promise<readonly DueBatch[]> {
    const rows = await dueRows(this.#rows, this.#clock.nowMs(), limit, signal);
    return rows.filter((row) => !isForgotten(row, this.#clock.nowMs())).map(dueBatch);
  }

  async defer(batchId: string, delayMs: number, signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.nowMs();
    await this.#rows.change(
      keyOf(batchId),
      { update: 'SET #due_at_ms = :due', when: '#due_at_ms <= :now', values: { ':due': nowMs + delayMs, ':now': nowMs }, returns: 'NONE' },
      signal,
    );
  }

  close(): Promise<void> {
    return this.#rows.close();
  }

  /** The end of a batch whose jobs are all counted: once, however many find it so. */
  async #end(row: Row, signal: AbortSignal): Promise<Batch> {
    const batchId = String(row['batch_id']);
    const nowMs = this.#clock.nowMs();
    const ended = await this.#rows.change(
      keyOf(batchId),
      {
        update: 'SET #status = :ended, #ended_at_ms = :now, #pending_steps = :steps, #due_shard = :shard, #due_at_ms = :due',
        when: '#status = :processing AND #settled_count = #item_count',
        values: {
          // A wish to cancel that came too late for every job has cancelled nothing.
          ':ended': Number(row['cancelled_count']) > 0 && row['cancel_requested'] === true ? 'cancelled' : 'completed',
          ...{ ':processing': 'processing', ':now': nowMs, ':steps': new Set(STEPS), ':shard': shardOf(batchId), ':due': nowMs + OUTBOX_GRACE_MS },
        },
      },
      signal,
    );
    return toBatch(ended.row ?? row);
  }

  #seenBy({ tenantId, subject }: JobOwner, row: Row | undefined): Batch | undefined {
    if (!row || isForgotten(row, this.#clock.nowMs())) return undefined;
    return row['tenant_id'] === tenantId && row['subject'] === subject ? toBatch(row) : undefined;
  }
}

const ADD_COUNTS =
  '#cancelled_count = #cancelled_count + :cancelled, #input_tokens = #input_tokens + :input, #output_tokens = #output_tokens + :output, #cost_usd = #cost_usd + :cost';

function counts({ status, usage, costUsd }: Omit<SettledJob, 'index'>): Record<string, unknown> {
  return { ':cancelled': status === 'cancelled' ? 1 : 0, ':input': usage.inputTokens, ':output': usage.outputTokens, ':cost': costUsd };
}

const hasFailed = ({ settled }: Row, index: number): boolean => (settled as Record<string, TerminalJobStatus>)[index] === 'failed';

function dueBatch(row: Row): DueBatch {
  const read = readBatchRow(row);
  if (!read.isReadable) return { kind: 'unreadable', batchId: String(row['batch_id']), isNewer: read.isNewer, problem: read.problem };
  return { kind: read.value.endedAtMs === undefined ? 'fan-out' : 'finish', batch: read.value };
}

const keyOf = (batchId: string): { batch_id: string } => ({ batch_id: batchId });

/** Batches in a DynamoDB table with the index `due`. */
export function openDynamoBatchStore({ clock = new SystemClock(), ...table }: DynamoBatchStoreOptions): BatchStore {
  return new DynamoBatchStore(new TableRows(table), clock);
}
