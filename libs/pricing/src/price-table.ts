import { AppError } from '@manga-assist/foundation';
import { readFileSync } from 'node:fs';
import { readPrices, type Price } from './price.ts';

/** Tokens by kind; `inputTokens` excludes what the prompt cache read or wrote. */
export interface PricedUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheWriteInputTokens: number;
  /** Those of `cacheWriteInputTokens` that were written for an hour. Default 0. */
  cacheWrite1hInputTokens?: number;
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
/** Claude's price list: a token kept for five minutes costs 1.25 input tokens, one kept for an hour costs two. */
const ONE_HOUR_WRITE = 2;
const MILLION = 1_000_000;

interface DatedPrice {
  price: Price;
  fromMs: number;
}

/** Dated prices. Asking for one that is not there is an error, never 0: an unpriced model would look free. */
export class PriceTable {
  readonly #prices: ReadonlyMap<string, readonly DatedPrice[]>;

  /** Of two prices of one model and day the first holds. */
  constructor(prices: readonly Price[]) {
    const newestFirst = prices.map((price) => ({ price, fromMs: Date.parse(`${price.from}T00:00:00Z`) })).sort((a, b) => b.fromMs - a.fromMs);
    this.#prices = Map.groupBy(newestFirst, ({ price }) => price.modelId);
  }

  /** This list with more prices, which go before those of the same model and day. */
  extendedBy(prices: readonly Price[]): PriceTable {
    return prices.length === 0 ? this : new PriceTable([...prices, ...[...this.#prices.values()].flat().map(({ price }) => price)]);
  }

  /** The price of a base model id that holds at a moment (milliseconds since the epoch). Throws `pricing.no-price`. */
  at(modelId: string, atMs: number): Price {
    const dated = this.#prices.get(modelId)?.find(({ fromMs }) => fromMs <= atMs);
    if (!dated) throw noPrice(modelId, `on ${new Date(atMs).toISOString().slice(0, 10)}`);
    return dated.price;
  }

  /** What `usage` costs. Throws `pricing.no-price`, also for cached tokens of a model without a cache price. */
  price(modelId: string, usage: PricedUsage, atMs: number, { batch = false }: PricingOptions = {}): PricedCall {
    const price = this.at(modelId, atMs);
    const perMillion = (tokens: number, usd: number | null, kind: string) => {
      if (tokens === 0) return 0;
      if (usd === null) throw noPrice(modelId, `for ${kind} tokens`);
      return (tokens * usd) / MILLION;
    };
    const { cacheWriteInputTokens, cacheWrite1hInputTokens = 0 } = usage;
    const anHourUsd = price.cacheWritePerMillionUsd === null ? null : (price.cacheWrite1hPerMillionUsd ?? ONE_HOUR_WRITE * price.inputPerMillionUsd);
    const costUsd =
      perMillion(usage.inputTokens, price.inputPerMillionUsd, 'input') +
      perMillion(usage.outputTokens, price.outputPerMillionUsd, 'output') +
      perMillion(usage.cacheReadInputTokens, price.cacheReadPerMillionUsd, 'cache read') +
      perMillion(cacheWriteInputTokens - cacheWrite1hInputTokens, price.cacheWritePerMillionUsd, 'cache write') +
      perMillion(cacheWrite1hInputTokens, anHourUsd, 'cache write');
    return { costUsd: batch ? costUsd * BATCH_SHARE : costUsd, priceVersion: price.from };
  }
}

/** The price list that ships with this library. */
export const priceTable = new PriceTable(readPrices(JSON.parse(readFileSync(new URL('./prices.json', import.meta.url), 'utf8'))));

function noPrice(modelId: string, when: string): AppError {
  return new AppError('bug', 'pricing.no-price', `There is no price for ${modelId} ${when}.`, { details: { modelId } });
}
