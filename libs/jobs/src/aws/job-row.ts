import type { JsonObject } from '@manga-assist/foundation';
import type { ModelChoice } from '@manga-assist/schemas';
import { isTerminal, type JobInput, type JobPriority, type JobStatus, type JobType } from '@manga-assist/schemas/jobs';
import type { EffectState, Job, JobOrder, JobOutcomeRecord, JobReason, OutboxStep } from '../job.ts';
import { RETENTION_SECONDS, stepsAfter } from '../job-rules.ts';
import { readRow, ROW_VERSION, type RowRead } from './read-row.ts';
import type { Row } from './table-rows.ts';

/** A job as it lies in the table. `v` is the shape's version. What came from outside lies as JSON: it may be nested deeper than DynamoDB takes. */
interface JobRow {
  request_id: string;
  v: 1;
  tenant_id: string;
  subject: string;
  type: JobType;
  input: string;
  model?: ModelChoice;
  max_tokens?: number;
  priority: JobPriority;
  batch_id?: string;
  batch_index?: number;
  webhook_endpoint_id?: string;
  metadata?: string;
  created_at_ms: number;
  /** After this it is not begun any more. */
  not_after_ms: number;
  asked_by_request_id: string;
  trace_parent?: string;
  status: JobStatus;
  attempt: number;
  failures: number;
  /** Attempts that were begun and neither ended nor given back: the running one, and crashes. */
  unended: number;
  lease_until_ms?: number;
  worker_id?: string;
  /** Of the call that claimed it, so that the call's own repetition knows itself. */
  claim?: string;
  sent_at_ms?: number;
  message_id?: string;
  cancel_requested: boolean;
  progress_done: number;
  progress_total: number;
  checkpoint_key?: string;
  spent_input_tokens: number;
  spent_output_tokens: number;
  spent_cost_usd: number;
  ended_at_ms?: number;
  outcome?: string;
  effect_state?: EffectState;
  effect_decided_by?: string;
  effect_undone_by?: string;
  reason?: JobReason;
  /** There from the beginning, so that the end need not know what kind of job it ends; of interest once it has ended. */
  pending_steps?: Set<OutboxStep>;
  due_shard?: string;
  due_at_ms?: number;
  /** Of every job with an effect: the tenant while it awaits approval, else `<state>#<tenant>`. */
  review_tenant?: string;
  review_at_ms?: number;
  /** Unix seconds; DynamoDB deletes days later, so readers check it. */
  expires_at: number;
}

export function toJobRow(order: JobOrder, due: { due_shard: string; due_at_ms: number }): Row {
  const row: JobRow = {
    request_id: order.jobId,
    v: ROW_VERSION,
    tenant_id: order.owner.tenantId,
    subject: order.owner.subject,
    type: order.type,
    input: JSON.stringify(order.input),
    ...(order.model !== undefined && { model: order.model }),
    ...(order.maxTokens !== undefined && { max_tokens: order.maxTokens }),
    priority: order.priority,
    ...(order.batch && { batch_id: order.batch.batchId, batch_index: order.batch.index }),
    ...(order.webhookEndpointId !== undefined && { webhook_endpoint_id: order.webhookEndpointId }),
    ...(order.metadata && { metadata: JSON.stringify(order.metadata) }),
    created_at_ms: order.createdAtMs,
    not_after_ms: order.expiresAtMs,
    asked_by_request_id: order.requestId,
    ...(order.traceParent !== undefined && { trace_parent: order.traceParent }),
    status: 'queued',
    attempt: 0,
    failures: 0,
    unended: 0,
    cancel_requested: false,
    progress_done: 0,
    progress_total: 1,
    spent_input_tokens: 0,
    spent_output_tokens: 0,
    spent_cost_usd: 0,
    pending_steps: new Set(stepsAfter(order)),
    ...due,
    expires_at: Math.ceil(order.createdAtMs / 1_000) + RETENTION_SECONDS,
  };
  return { ...row };
}

/** A job, or why this version of the code cannot read it. */
export const readJobRow = (row: Row): RowRead<Job> => readRow(row, toJob);

export function toJob(stored: Row): Job {
  const row = stored as unknown as JobRow;
  return {
    jobId: row.request_id,
    owner: { tenantId: row.tenant_id, subject: row.subject },
    type: row.type,
    input: JSON.parse(row.input) as JobInput,
    ...(row.model !== undefined && { model: row.model }),
    ...(row.max_tokens !== undefined && { maxTokens: row.max_tokens }),
    priority: row.priority,
    ...(row.batch_id !== undefined && { batch: { batchId: row.batch_id, index: row.batch_index ?? 0 } }),
    ...(row.webhook_endpoint_id !== undefined && { webhookEndpointId: row.webhook_endpoint_id }),
    ...(row.metadata !== undefined && { metadata: JSON.parse(row.metadata) as JsonObject }),
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.not_after_ms,
    requestId: row.asked_by_request_id,
    ...(row.trace_parent !== undefined && { traceParent: row.trace_parent }),
    status: row.status,
    attempt: row.attempt,
    failures: row.failures,
    ...(row.lease_until_ms !== undefined && { leaseUntilMs: row.lease_until_ms }),
    ...(row.worker_id !== undefined && { workerId: row.worker_id }),
    ...(row.sent_at_ms !== undefined && { sentAtMs: row.sent_at_ms }),
    ...(row.message_id !== undefined && { messageId: row.message_id }),
    isCancelRequested: row.cancel_requested,
    progress: { done: row.progress_done, total: row.progress_total },
    ...(row.checkpoint_key !== undefined && { checkpointKey: row.checkpoint_key }),
    spent: { inputTokens: row.spent_input_tokens, outputTokens: row.spent_output_tokens, costUsd: row.spent_cost_usd },
    ...(row.ended_at_ms !== undefined && { endedAtMs: row.ended_at_ms }),
    ...(row.outcome !== undefined && { outcome: toOutcome(row.outcome, row) }),
    ...(row.reason && { reason: row.reason }),
    pendingSteps: isTerminal(row.status) ? [...(row.pending_steps ?? [])] : [],
  };
}

/** What became of the effect changes later, and has attributes of its own. */
function toOutcome(json: string, { effect_state: state, effect_decided_by: decidedBy, effect_undone_by: undoneBy }: JobRow): JobOutcomeRecord {
  const { catalogueEffect, ...outcome } = JSON.parse(json) as JobOutcomeRecord;
  if (!catalogueEffect || !state) return outcome;
  return { ...outcome, catalogueEffect: { ...catalogueEffect, state, ...(decidedBy !== undefined && { decidedBy }), ...(undoneBy !== undefined && { undoneBy }) } };
}
