import type { LedgerEntry } from '../usage-ledger.ts';

/** An entry as its row: one partition per tenant and day (UTC), so that a day's cost is one query. */
export function ledgerItem(entry: LedgerEntry) {
  const { attribution, usage } = entry;
  return {
    pk: `T#${attribution.tenantId}#D#${new Date(entry.atMs).toISOString().slice(0, 10)}`,
    sk: entry.callId,
    v: 1,
    at_ms: entry.atMs,
    tenant_id: attribution.tenantId,
    subject: attribution.subject,
    feature: attribution.feature,
    correlation_id: attribution.correlationId,
    model: entry.model,
    model_id: entry.modelId,
    operation: entry.operation,
    outcome: entry.outcome,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_input_tokens: usage.cacheReadInputTokens,
    cache_write_input_tokens: usage.cacheWriteInputTokens,
    usage_source: entry.usageSource,
    price_version: entry.priceVersion,
    cost_usd: entry.costUsd,
    latency_ms: entry.latencyMs,
    attempt: entry.attempt,
  };
}
