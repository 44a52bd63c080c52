import type { BatchItem } from '@manga-assist/schemas/rest';
import type { JobPriority, TerminalJobStatus } from '@manga-assist/schemas/jobs';
import type { Batch, BatchOrder } from '../batch-store.ts';
import { RETENTION_SECONDS } from '../job-rules.ts';
import { readRow, ROW_VERSION, type RowRead } from './read-row.ts';
import type { Row } from './table-rows.ts';

/** A batch as it lies in the table. */
interface BatchRow {
  batch_id: string;
  v: 1;
  tenant_id: string;
  subject: string;
  /** JSON. */
  items: string;
  item_count: number;
  priority: JobPriority;
  webhook_endpoint_id?: string;
  created_at_ms: number;
  not_after_ms: number;
  asked_by_request_id: string;
  trace_parent?: string;
  status: Batch['status'];
  fanned_out: boolean;
  /** Index → how that job ended. */
  settled: Record<string, TerminalJobStatus>;
  settled_count: number;
  cancelled_count: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
  ended_at_ms?: number;
  cancel_requested: boolean;
  pending_steps?: Set<'notify' | 'webhook'>;
  due_shard?: string;
  due_at_ms?: number;
  expires_at: number;
}

export function toBatchRow(order: BatchOrder, due: { due_shard: string; due_at_ms: number }): Row {
  const row: BatchRow = {
    batch_id: order.batchId,
    v: ROW_VERSION,
    tenant_id: order.owner.tenantId,
    subject: order.owner.subject,
    items: JSON.stringify(order.items),
    item_count: order.items.length,
    priority: order.priority,
    ...(order.webhookEndpointId !== undefined && { webhook_endpoint_id: order.webhookEndpointId }),
    created_at_ms: order.createdAtMs,
    not_after_ms: order.expiresAtMs,
    asked_by_request_id: order.requestId,
    ...(order.traceParent !== undefined && { trace_parent: order.traceParent }),
    status: 'processing',
    fanned_out: false,
    settled: {},
    settled_count: 0,
    cancelled_count: 0,
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0,
    cancel_requested: false,
    ...due,
    expires_at: Math.ceil(order.createdAtMs / 1_000) + RETENTION_SECONDS,
  };
  return { ...row };
}

/** A batch, or why this version of the code cannot read it. */
export const readBatchRow = (row: Row): RowRead<Batch> => readRow(row, toBatch);

export function toBatch(stored: Row): Batch {
  const row = stored as unknown as BatchRow;
  return {
    batchId: row.batch_id,
    owner: { tenantId: row.tenant_id, subject: row.subject },
    items: JSON.parse(row.items) as BatchItem[],
    priority: row.priority,
    ...(row.webhook_endpoint_id !== undefined && { webhookEndpointId: row.webhook_endpoint_id }),
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.not_after_ms,
    requestId: row.asked_by_request_id,
    ...(row.trace_parent !== undefined && { traceParent: row.trace_parent }),
    status: row.status,
    isFannedOut: row.fanned_out || row.status !== 'processing',
    settled: { ...row.settled },
    usage: { inputTokens: row.input_tokens, outputTokens: row.output_tokens },
    costUsd: row.cost_usd,
    ...(row.ended_at_ms !== undefined && { endedAtMs: row.ended_at_ms }),
    isCancelRequested: row.cancel_requested,
    pendingSteps: [...(row.pending_steps ?? [])],
  };
}
