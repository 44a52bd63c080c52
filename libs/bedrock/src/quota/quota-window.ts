import type { QuotaBudget } from './quota-ledger.ts';

/** A minute is counted in slots, so that it slides: no 60 seconds ever hold more than the budget. */
export const SLOT_MS = 5_000;
/** One more than a minute has: the slot that is just beginning. */
export const SLOTS = 13;

interface Slot {
  tokens: number;
  requests: number;
}

/** One model's last minute. */
export class QuotaWindow {
  /** By number, oldest first. */
  readonly #slots = new Map<number, Slot>();

  /** Gives the number of the slot that was charged, or the milliseconds until it would fit. */
  take(nowMs: number, tokens: number, budget: QuotaBudget): { slot: number } | { waitMs: number } {
    const now = Math.floor(nowMs / SLOT_MS);
    for (const number of this.#slots.keys()) if (number <= now - SLOTS) this.#slots.delete(number);
    const used = { tokens: 0, requests: 0 };
    for (const slot of this.#slots.values()) {
      used.tokens += slot.tokens;
      used.requests += slot.requests;
    }
    const fits = () => used.tokens + tokens <= budget.tokensPerMinute && used.requests + 1 <= budget.requestsPerMinute;
    if (fits()) {
      const slot = this.#slots.get(now) ?? { tokens: 0, requests: 0 };
      this.#slots.set(now, { tokens: slot.tokens + tokens, requests: slot.requests + 1 });
      return { slot: now };
    }
    for (const [number, slot] of this.#slots) {
      used.tokens -= slot.tokens;
      used.requests -= slot.requests;
      if (fits()) return { waitMs: (number + SLOTS) * SLOT_MS - nowMs };
    }
    return { waitMs: SLOTS * SLOT_MS };
  }

  /** A slot that has passed is not charged any more. */
  adjust(number: number, byTokens: number): void {
    const slot = this.#slots.get(number);
    if (slot) slot.tokens = Math.max(0, slot.tokens + byTokens);
  }
}
