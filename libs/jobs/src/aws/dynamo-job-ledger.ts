import type { EndedJob } from '../job.ts';
import { costsOf, JobLedger } from '../job-ledger.ts';
import { TableRows, type TableOptions } from './table-rows.ts';

class DynamoJobLedger extends JobLedger {
  readonly #rows: TableRows;

  constructor(rows: TableRows) {
    super();
    this.#rows = rows;
  }

  async settle(job: EndedJob, signal: AbortSignal): Promise<void> {
    // A redriven job ends again, in a later attempt: still one row, of how it ended at last.
    await this.#rows.put(ledgerRow(job), 'attribute_not_exists(#pk) OR #attempts < :attempts', { ':attempts': job.attempt }, signal);
  }

  close(): Promise<void> {
    return this.#rows.close();
  }
}

/**
 * Beside the rows of its calls (see libs/bedrock), in the partition of the day it was created. What was
 * paid to the provider stands in those rows as `cost_usd`; here stands who bears it, under other names,
 * so that nobody adds the same money twice.
 */
function ledgerRow(job: EndedJob) {
  const { jobId, owner, type, status, priority, batch, attempt, failures, outcome, createdAtMs, endedAtMs } = job;
  const { ownerCostUsd, waste } = costsOf(job);
  return {
    pk: `T#${owner.tenantId}#D#${new Date(createdAtMs).toISOString().slice(0, 10)}`,
    sk: `job#${jobId}`,
    v: 1,
    at_ms: endedAtMs,
    tenant_id: owner.tenantId,
    subject: owner.subject,
    feature: 'job',
    correlation_id: jobId,
    job_type: type,
    outcome: status,
    priority,
    ...(batch && { batch_id: batch.batchId }),
    ...(outcome?.model !== undefined && { model: outcome.model }),
    ...(outcome?.promptVersion !== undefined && { prompt_version: outcome.promptVersion }),
    input_tokens: outcome?.usage.inputTokens ?? 0,
    output_tokens: outcome?.usage.outputTokens ?? 0,
    owner_cost_usd: ownerCostUsd,
    waste_input_tokens: waste.inputTokens,
    waste_output_tokens: waste.outputTokens,
    waste_usd: waste.costUsd,
    attempts: attempt,
    failures,
    latency_ms: endedAtMs - createdAtMs,
  };
}

/** Rows of jobs in the ledger's table: pk `T#<tenant>#D#<day>`, sk `job#<job>`. */
export function openDynamoJobLedger(table: TableOptions): JobLedger {
  return new DynamoJobLedger(new TableRows(table));
}
