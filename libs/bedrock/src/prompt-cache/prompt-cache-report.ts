import { priceTable } from '@manga-assist/pricing';
import { baseModelId } from '../model-catalogue.ts';
import { UsageLedger, type LedgerEntry } from '../usage-ledger.ts';

export interface PromptCacheFigures {
  calls: number;
  /** Prompt tokens that were neither read from the cache nor written to it. */
  inputTokens: number;
  readTokens: number;
  writtenTokens: number;
  /** Part of all prompt tokens that came out of the cache, 0 to 1. */
  hitRatio: number;
  /** Against the same calls without a cache; below 0 when more was written than it was worth. */
  savedUsd: number;
}

/**
 * A ledger that passes everything on and adds up what the prompt cache did, by model id, since the
 * start of the process. Only completed calls count: the tokens of others are estimates.
 */
export class PromptCacheReport extends UsageLedger {
  readonly #ledger: UsageLedger;
  readonly #byModel = new Map<string, PromptCacheFigures>();

  constructor(ledger: UsageLedger) {
    super();
    this.#ledger = ledger;
  }

  record(entry: LedgerEntry): void {
    if (entry.usageSource === 'measured' && entry.operation !== 'embed') this.#add(entry);
    this.#ledger.record(entry);
  }

  flush(): Promise<void> {
    return this.#ledger.flush();
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }

  /** By model id. */
  get figures(): Readonly<Record<string, PromptCacheFigures>> {
    return Object.fromEntries([...this.#byModel].map(([modelId, figures]) => [modelId, { ...figures }]));
  }

  #add({ modelId, usage, atMs }: LedgerEntry): void {
    const before = this.#byModel.get(modelId) ?? { calls: 0, inputTokens: 0, readTokens: 0, writtenTokens: 0, hitRatio: 0, savedUsd: 0 };
    const inputTokens = before.inputTokens + usage.inputTokens;
    const readTokens = before.readTokens + usage.cacheReadInputTokens;
    const writtenTokens = before.writtenTokens + usage.cacheWriteInputTokens;
    const promptTokens = inputTokens + readTokens + writtenTokens;
    this.#byModel.set(modelId, {
      calls: before.calls + 1,
      inputTokens,
      readTokens,
      writtenTokens,
      hitRatio: promptTokens === 0 ? 0 : readTokens / promptTokens,
      savedUsd: before.savedUsd + savedUsd(baseModelId(modelId), usage, atMs),
    });
  }
}

function savedUsd(modelId: string, usage: LedgerEntry['usage'], atMs: number): number {
  const { cacheReadInputTokens, cacheWriteInputTokens } = usage;
  if (cacheReadInputTokens + cacheWriteInputTokens === 0) return 0;
  const cached = { inputTokens: 0, outputTokens: 0, cacheReadInputTokens, cacheWriteInputTokens };
  const uncached = { inputTokens: cacheReadInputTokens + cacheWriteInputTokens, outputTokens: 0, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
  return priceTable.price(modelId, uncached, atMs).costUsd - priceTable.price(modelId, cached, atMs).costUsd;
}
