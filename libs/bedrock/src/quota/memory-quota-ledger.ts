import { SystemClock, type Clock } from '@manga-assist/foundation';
import { QuotaLedger, type QuotaAnswer, type QuotaBudget } from './quota-ledger.ts';
import { QuotaWindow } from './quota-window.ts';

/** Counts for this process alone: for a service of one instance, and for when the shared count is away. */
export class MemoryQuotaLedger extends QuotaLedger {
  readonly #clock: Clock;
  readonly #windows = new Map<string, QuotaWindow>();

  constructor({ clock = new SystemClock() }: { clock?: Clock } = {}) {
    super();
    this.#clock = clock;
  }

  reserve(modelId: string, tokens: number, budget: QuotaBudget): Promise<QuotaAnswer> {
    let window = this.#windows.get(modelId);
    if (!window) this.#windows.set(modelId, (window = new QuotaWindow()));
    const reserved = Math.min(tokens, budget.tokensPerMinute);
    const taken = window.take(this.#clock.nowMs(), reserved, budget);
    if ('waitMs' in taken) return Promise.resolve({ admitted: false, waitMs: taken.waitMs });
    let isSettled = false;
    const settle = (used: number) => {
      if (!isSettled) window.adjust(taken.slot, used - reserved);
      isSettled = true;
    };
    return Promise.resolve({ admitted: true, settle });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
