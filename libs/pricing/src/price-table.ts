import { AppError } from '@manga-assist/foundation';
import { readFileSync } from 'node:fs';
import { readPrices, type Price } from './price.ts';

/** Tokens by kind; `inputTokens` excludes what the prompt cache read or wrote. */
export interface PricedUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheWriteInputTokens: number;
}

export interface PricedCall {
  costUsd: number;
  /** The day from which the applied price holds, such as `2024-03-04`. */
  priceVersion: string;
}

export interface PricingOptions {
  /** Batch inference costs half. */
  batch?: boolean;
}

const BATCH_SHARE = 0.5;
const MILLION = 1_000_000;

/** Dated prices. Asking for one that is not there is an error, never 0: an unpriced model would look free. */
export class PriceTable {
  readonly #prices = new Map<string, Price[]>();

  constructor(prices: readonly Price[]) {
    for (const price of prices) {
      const dated = this.#prices.get(price.modelId) ?? [];
      dated.push(price);
      // Newest first; ISO days sort as text.
      dated.sort((a, b) => (a.from < b.from ? 1 : -1));
      this.#prices.set(price.modelId, dated);
    }
  }

  /** The price of a base model id that holds at a moment (milliseconds since the epoch). Throws `pricing.no-price`. */
  at(modelId: string, atMs: number): Price {
    const day = new Date(atMs).toISOString().slice(0, 10);
    const price = this.#prices.get(modelId)?.find(({ from }) => from <= day);
    if (!price) throw noPrice(modelId, `on ${day}`);
    return price;
  }

  /** What `usage` costs. Throws `pricing.no-price`, also for cached tokens of a model without a cache price. */
  price(modelId: string, usage: PricedUsage, atMs: number, { batch = false }: PricingOptions = {}): PricedCall {
    const price = this.at(modelId, atMs);
    const perMillion = (tokens: number, usd: number | null, kind: string) => {
      if (tokens === 0) return 0;
      if (usd === null) throw noPrice(modelId, `for ${kind} tokens`);
      return (tokens * usd) / MILLION;
    };
    const costUsd =
      perMillion(usage.inputTokens, price.inputPerMillionUsd, 'input') +
      perMillion(usage.outputTokens, price.outputPerMillionUsd, 'output') +
      perMillion(usage.cacheReadInputTokens, price.cacheReadPerMillionUsd, 'cache read') +
      perMillion(usage.cacheWriteInputTokens, price.cacheWritePerMillionUsd, 'cache write');
    return { costUsd: batch ? costUsd * BATCH_SHARE : costUsd, priceVersion: price.from };
  }
}

/** The price list that ships with this library. */
export const priceTable = new PriceTable(readPrices(readFileSync(new URL('./prices.json', import.meta.url), 'utf8')));

function noPrice(modelId: string, when: string): AppError {
  return new AppError('bug', 'pricing.no-price', `There is no price for ${modelId} ${when}.`, { details: { modelId } });
}
