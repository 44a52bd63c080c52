import { describe, expect, it } from '@jest/globals';
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
    await report.close();

    expect(report.figures).toEqual({});
    expect(ledger.entries).toHaveLength(2);
    expect(ledger.flushes).toBe(1);
  });
});
