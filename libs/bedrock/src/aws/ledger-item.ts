import type { LedgerEntry } from '../usage-ledger.ts';

const text = (value: string) => ({ S: value });
const number = (value: number) => ({ N: String(value) });

/**
 * An entry as its row, in DynamoDB's JSON: one partition per tenant and day (UTC), so that a day's cost
 * is one query.
 */
export function ledgerRow(entry: LedgerEntry): string {
  const { attribution, usage } = entry;
  return JSON.stringify({
    pk: text(`T#${attribution.tenantId}#D#${new Date(entry.atMs).toISOString().slice(0, 10)}`),
    sk: text(entry.callId),
    v: number(1),
    at_ms: number(entry.atMs),
    tenant_id: text(attribution.tenantId),
    subject: text(attribution.subject),
    feature: text(attribution.feature),
    correlation_id: text(attribution.correlationId),
    model: text(entry.model),
    model_id: text(entry.modelId),
    operation: text(entry.operation),
    outcome: text(entry.outcome),
    ...(entry.failureCode !== undefined && { failure_code: text(entry.failureCode) }),
    input_tokens: number(usage.inputTokens),
    output_tokens: number(usage.outputTokens),
    cache_read_input_tokens: number(usage.cacheReadInputTokens),
    cache_write_input_tokens: number(usage.cacheWriteInputTokens),
    ...(usage.cacheWrite1hInputTokens !== undefined && { cache_write_1h_input_tokens: number(usage.cacheWrite1hInputTokens) }),
    usage_source: text(entry.usageSource),
    price_version: text(entry.priceVersion),
    cost_usd: number(entry.costUsd),
    latency_ms: number(entry.latencyMs),
    attempt: number(entry.attempt),
    ...(entry.isStandIn && { is_stand_in: { BOOL: true } }),
  });
}
