import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '@manga-assist/observability';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { aModelCall, RecordedLedger } from '../testing/index.ts';
import type { LedgerEntry } from '../usage-ledger.ts';
import { PromptCacheReport } from './prompt-cache-report.ts';

const SONNET = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';
let calls = 0;

function anEntry(usage: Partial<LedgerEntry['usage']>, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    callId: `call_${++calls}`,
    atMs: Date.UTC(2026, 10, 1),
    attribution: aModelCall().attribution,
    model: 'sonnet',
    modelId: SONNET,
    operation: 'converse-stream',
    outcome: 'completed',
    usage: { inputTokens: 0, outputTokens: 0, cacheReadInputTokens: 0, cacheWriteInputTokens: 0, ...usage },
    usageSource: 'measured',
    priceVersion: 'x',
    costUsd: 0,
    latencyMs: 1,
    attempt: 1,
    ...changes,
  };
}

describe('the prompt-cache report', () => {
  it('tells by model how much came out of the cache and what that saved', () => {
    const report = new PromptCacheReport(new RecordedLedger());

    report.record(anEntry({ inputTokens: 1_000_000, cacheWriteInputTokens: 1_000_000 }));
    report.record(anEntry({ inputTokens: 1_000_000, cacheReadInputTokens: 1_000_000 }));

    // Sonnet 4.5: $3 a million in, $3.75 written, $0.30 read.
    expect(report.figures).toEqual({
      [SONNET]: { calls: 2, inputTokens: 2_000_000, readTokens: 1_000_000, writtenTokens: 1_000_000, hitRatio: 0.25, savedUsd: expect.closeTo(1.95, 9) },
    });
  });

  it('says so when the cache cost more than it saved', () => {
    const report = new PromptCacheReport(new RecordedLedger());

    report.record(anEntry({ cacheWriteInputTokens: 1_000_000 }));

    expect(report.figures[SONNET]).toMatchObject({ hitRatio: 0, savedUsd: expect.closeTo(-0.75, 9) });
  });

  it('passes every entry on, and counts only what Bedrock has counted', async () => {
    const ledger = new RecordedLedger();
    const report = new PromptCacheReport(ledger);

    report.record(anEntry({ inputTokens: 5 }, { outcome: 'cancelled', usageSource: 'estimated' }));
    report.record(anEntry({ inputTokens: 5 }, { operation: 'embed', model: 'embedding' }));
    report.record(anEntry({ inputTokens: 5 }, { operation: 'batch' }));
    await report.close();

    expect(report.figures).toEqual({});
    expect(ledger.entries).toHaveLength(3);
    expect(ledger.flushes).toBe(1);
  });

  it('says every while what each model did that answered, and the rest at the end', async () => {
    const lines: unknown[] = [];
    const timers = new StoppedTimers();
    const report = new PromptCacheReport(new RecordedLedger(), { timers, everyMs: 60_000, logger: { info: (fields, message) => lines.push([message, fields]) } });
    const line = (calls: number, hitRatio: number) => ['what the prompt cache did since the start', expect.objectContaining({ modelId: SONNET, calls, hitRatio })];

    report.record(anEntry({ inputTokens: 100 }));
    report.record(anEntry({ cacheReadInputTokens: 300 }));
    expect(lines).toEqual([]);
    timers.advance(60_000);
    expect(lines).toEqual([line(2, 0.75)]);
    timers.advance(600_000);
    expect(lines).toHaveLength(1);
    report.record(anEntry({ cacheReadInputTokens: 600 }));
    await report.close();

    expect(lines).toEqual([line(2, 0.75), line(3, 0.9)]);
    expect(timers.startedMs).toEqual([60_000, 60_000]);
  });

  it('shows operators its figures', async () => {
    const metrics = createMetrics({ service: 'test' });
    const report = new PromptCacheReport(new RecordedLedger()).exposedOn(metrics);

    report.record(anEntry({ inputTokens: 1_000_000, cacheWriteInputTokens: 1_000_000 }));
    report.record(anEntry({ cacheReadInputTokens: 2_000_000 }));

    const text = await metrics.text();
    expect(text).toContain(`manga_prompt_cache_tokens_total{model="${SONNET}",kind="read",service="test"} 2000000`);
    expect(text).toContain(`manga_prompt_cache_hit_ratio{model="${SONNET}",service="test"} 0.5`);
    expect(Number(/manga_prompt_cache_saved_usd\{.*\} (\S+)/.exec(text)?.[1])).toBeCloseTo(4.65, 9);
  });
});
