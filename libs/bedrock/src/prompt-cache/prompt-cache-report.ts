import type { Counter, Gauge, Metrics } from '@manga-assist/observability';
import { SystemTimers, type Timer, type Timers } from '@manga-assist/resilience';
import { NO_USAGE } from '../aws/usage.ts';
import { openModelCatalogue, type ModelCatalogue } from '../model-catalogue.ts';
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

export interface PromptCacheReportOptions {
  /** Knows the prices. */
  catalogue?: ModelCatalogue;
  /** Gets one line for each model every `everyMs` (default five minutes) in which it answered, and at the end. */
  logger?: { info(fields: Readonly<Record<string, unknown>>, message: string): void };
  everyMs?: number;
  timers?: Timers;
}

/** What operators watch, by model id. */
interface Instruments {
  tokens: Counter<'model' | 'kind'>;
  hitRatio: Gauge<'model'>;
  savedUsd: Gauge<'model'>;
}

const NOTHING: PromptCacheFigures = { calls: 0, inputTokens: 0, readTokens: 0, writtenTokens: 0, hitRatio: 0, savedUsd: 0 };

/**
 * A ledger that passes everything on and adds up what the prompt cache did, by model id, since the
 * start of the process. Only completed calls count: the tokens of others are estimates. Batches and
 * embeddings have no such cache.
 */
export class PromptCacheReport extends UsageLedger {
  readonly #ledger: UsageLedger;
  readonly #catalogue: ModelCatalogue;
  readonly #logger: PromptCacheReportOptions['logger'];
  readonly #everyMs: number;
  readonly #timers: Timers;
  readonly #byModel = new Map<string, PromptCacheFigures>();
  /** What has been added to since the last lines. */
  readonly #unsaid = new Set<string>();
  #instruments: Instruments | undefined;
  #timer: Timer | undefined;

  constructor(ledger: UsageLedger, options: PromptCacheReportOptions = {}) {
    super();
    this.#ledger = ledger;
    this.#catalogue = options.catalogue ?? openModelCatalogue();
    this.#logger = options.logger;
    this.#everyMs = options.everyMs ?? 300_000;
    this.#timers = options.timers ?? new SystemTimers();
  }

  record(entry: LedgerEntry): void {
    if (entry.usageSource === 'measured' && entry.operation !== 'embed' && entry.operation !== 'batch') this.#add(entry);
    this.#ledger.record(entry);
  }

  flush(): Promise<void> {
    return this.#ledger.flush();
  }

  close(): Promise<void> {
    this.#say();
    return this.#ledger.close();
  }

  /** By model id. */
  get figures(): Readonly<Record<string, PromptCacheFigures>> {
    return Object.fromEntries(this.#byModel);
  }

  /** From now on the figures are also there for whoever collects metrics; gives itself back. */
  exposedOn(metrics: Metrics): this {
    const labels = ['model'] as const;
    this.#instruments = {
      tokens: metrics.counter({ name: 'manga_prompt_cache_tokens_total', help: 'Prompt tokens by what the prompt cache did with them: read, written or neither.', labels: ['model', 'kind'] }),
      hitRatio: metrics.gauge({ name: 'manga_prompt_cache_hit_ratio', help: 'Part of the prompt tokens that came out of the prompt cache, since the start.', labels }),
      savedUsd: metrics.gauge({ name: 'manga_prompt_cache_saved_usd', help: 'US dollars that the prompt cache has saved since the start; below 0 when it cost more.', labels }),
    };
    return this;
  }

  #add({ modelId, usage, atMs }: LedgerEntry): void {
    const before = this.#byModel.get(modelId) ?? NOTHING;
    const inputTokens = before.inputTokens + usage.inputTokens;
    const readTokens = before.readTokens + usage.cacheReadInputTokens;
    const writtenTokens = before.writtenTokens + usage.cacheWriteInputTokens;
    const promptTokens = inputTokens + readTokens + writtenTokens;
    const hitRatio = promptTokens === 0 ? 0 : readTokens / promptTokens;
    const savedUsd = before.savedUsd + this.#savedUsd(modelId, usage, atMs);
    this.#byModel.set(modelId, { calls: before.calls + 1, inputTokens, readTokens, writtenTokens, hitRatio, savedUsd });

    this.#instruments?.tokens.add({ model: modelId, kind: 'neither' }, usage.inputTokens);
    this.#instruments?.tokens.add({ model: modelId, kind: 'read' }, usage.cacheReadInputTokens);
    this.#instruments?.tokens.add({ model: modelId, kind: 'written' }, usage.cacheWriteInputTokens);
    this.#instruments?.hitRatio.set({ model: modelId }, hitRatio);
    this.#instruments?.savedUsd.set({ model: modelId }, savedUsd);

    if (!this.#logger) return;
    this.#unsaid.add(modelId);
    this.#timer ??= this.#timers.start(this.#everyMs, () => this.#say());
  }

  #say(): void {
    this.#timer?.stop();
    this.#timer = undefined;
    for (const modelId of this.#unsaid) this.#logger?.info({ modelId, ...this.#byModel.get(modelId) }, 'what the prompt cache did since the start');
    this.#unsaid.clear();
  }

  #savedUsd(modelId: string, { cacheReadInputTokens, cacheWriteInputTokens, cacheWrite1hInputTokens = 0 }: LedgerEntry['usage'], atMs: number): number {
    if (cacheReadInputTokens + cacheWriteInputTokens === 0) return 0;
    const usd = (usage: Partial<LedgerEntry['usage']>) => this.#catalogue.prices.price(this.#catalogue.baseIdOf(modelId), { ...NO_USAGE, ...usage }, atMs).costUsd;
    return usd({ inputTokens: cacheReadInputTokens + cacheWriteInputTokens }) - usd({ cacheReadInputTokens, cacheWriteInputTokens, cacheWrite1hInputTokens });
  }
}
