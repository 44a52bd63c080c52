import { priceTable, type PricedCall, type PricedUsage, type PricingOptions } from './price-table.ts';

/**
 * What a call costs in USD and which price was applied. `modelId` is the base id (the caller takes an
 * inference profile's prefix off); `atMs` is when the call was made. Throws `pricing.no-price`.
 */
export function priceUsage(modelId: string, usage: PricedUsage, atMs: number, options: PricingOptions = {}): PricedCall {
  return priceTable.price(modelId, usage, atMs, options);
}
