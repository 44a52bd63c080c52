import { openBedrockLanguageModel, UsageLedger, type LedgerEntry } from '@manga-assist/bedrock';
import type { AppError } from '@manga-assist/foundation';
import { Child } from './child.ts';
import { percentile } from './statistics.ts';
import { UpstreamSettings, type UpstreamCounts } from './upstream/upstream-settings.ts';

export interface StormOptions {
  forMs: number;
  requestsPerSecond: number;
  throttledShare: number;
  deadlineMs: number;
}

export interface StormReport {
  requests: number;
  /** Calls that reached the upstream, throttled ones included. */
  calls: number;
  throttled: number;
  callsPerRequest: number;
  answered: number;
  degraded: number;
  /** Answers a second while the storm lasted. */
  goodputPerSecond: number;
  failures: Readonly<Record<string, number>>;
  latencyMs: { p50: number; p99: number; max: number };
  deadlineMs: number;
  ledgerRows: number;
  isMet: boolean;
}

const MAX_CALLS_PER_REQUEST = 1.2;
const GRACE_MS = 250;

/** Four of five ask Haiku, as the store's traffic does. */
const SONNET_EVERY = 5;

class CountingLedger extends UsageLedger {
  rows = 0;

  record(_entry: LedgerEntry): void {
    this.rows++;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Requests come in at a steady pace, whatever becomes of them, while most calls are throttled. */
export async function runStorm({ forMs, requestsPerSecond, throttledShare, deadlineMs }: StormOptions): Promise<StormReport> {
  const upstream = await Child.start<{ url: string }>('./upstream/main.ts');
  const ledger = new CountingLedger();
  const model = openBedrockLanguageModel({ ledger, endpoint: upstream.started.url });
  const settings: UpstreamSettings = { firstTokenMs: 100, tokenEveryMs: 5, throttledShare, throttleForMs: forMs };
  try {
    await upstream.ask({ settings });
    const failures: Record<string, number> = {};
    const latencies: number[] = [];
    let answered = 0;
    let degraded = 0;

    const ask = async (index: number): Promise<void> => {
      const startedAt = performance.now();
      try {
        const request = {
          model: index % SONNET_EVERY === 0 ? ('sonnet' as const) : ('haiku' as const),
          system: '',
          messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'What is like One Piece?' }] }],
          maxTokens: 512,
        };
        const attribution = { tenantId: 'store', subject: 'shopper-1', feature: 'storm', correlationId: `trn_${index}` };
        for await (const batch of model.converseStream(request, { attribution, signal: AbortSignal.timeout(deadlineMs) })) {
          for (const event of batch) {
            if (event.type === 'message-start' && event.degraded) degraded++;
            if (event.type === 'message-end') answered++;
          }
        }
      } catch (error) {
        const { code } = error as AppError;
        failures[code] = (failures[code] ?? 0) + 1;
      } finally {
        latencies.push(performance.now() - startedAt);
      }
    };

    const asked: Promise<void>[] = [];
    const startedAt = performance.now();
    const total = Math.round((forMs / 1_000) * requestsPerSecond);
    while (asked.length < total) {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * requestsPerSecond) + 1);
      while (asked.length < due) asked.push(ask(asked.length));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(asked);

    const { calls, throttled } = await upstream.ask<UpstreamCounts>({ counts: true });
    latencies.sort((one, other) => one - other);
    const max = latencies.at(-1) ?? 0;
    const callsPerRequest = calls / total;
    return {
      requests: total,
      calls,
      throttled,
      callsPerRequest,
      answered,
      degraded,
      goodputPerSecond: answered / (forMs / 1_000),
      failures,
      latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), max },
      deadlineMs,
      ledgerRows: ledger.rows,
      isMet: callsPerRequest <= MAX_CALLS_PER_REQUEST && max <= deadlineMs + GRACE_MS,
    };
  } finally {
    await model.close();
    await upstream.stop();
  }
}

export function stormInWords(report: StormReport): string {
  const { requests, calls, throttled, callsPerRequest, answered, degraded, goodputPerSecond, failures, latencyMs, deadlineMs, isMet } = report;
  return [
    `${requests} requests, ${calls} calls to the model (${throttled} throttled): ${callsPerRequest.toFixed(2)} calls a request (goal ≤ ${MAX_CALLS_PER_REQUEST})`,
    `answered ${answered} (${((answered / requests) * 100).toFixed(0)} %, ${degraded} by the stand-in): goodput ${goodputPerSecond.toFixed(1)}/s`,
    `failed: ${Object.entries(failures).map(([code, count]) => `${code} ${count}`).join(', ') || 'none'}`,
    `time p50 ${latencyMs.p50.toFixed(0)} ms, p99 ${latencyMs.p99.toFixed(0)} ms, longest ${latencyMs.max.toFixed(0)} ms (goal ≤ ${deadlineMs} + ${GRACE_MS} ms)`,
    `ledger rows: ${report.ledgerRows}`,
    isMet ? 'met' : 'missed',
  ].join('\n');
}
