import type { EnrichOutcome, Enrichment, StockOutcome, UndoOutcome } from './enrichment.ts';
import type { Product } from './product.ts';

/** Products with prices and stock. Errors: `unavailable` `catalogue.unavailable`; `timed-out` and `cancelled` by the signal. */
export abstract class ProductStore {
  abstract get(mangaId: string, signal: AbortSignal): Promise<Product | undefined>;
  abstract all(signal: AbortSignal): AsyncIterable<readonly Product[]>;
  /** Whole, in place of what was there; the provenance of enrichments goes with it. */
  abstract put(products: readonly Product[], signal: AbortSignal): Promise<void>;

  /** Sells (`by` below 0) or restocks copies of one volume, never below none; volumes count from 1. */
  abstract changeStock(mangaId: string, volume: number, by: number, signal: AbortSignal): Promise<StockOutcome>;
  /** False when there is no such series. Null: not known. */
  abstract setPrice(mangaId: string, priceJpy: number | null, signal: AbortSignal): Promise<boolean>;
  /** Once per job, and only where the series still says what the model was shown. */
  abstract enrich(mangaId: string, enrichment: Enrichment, signal: AbortSignal): Promise<EnrichOutcome>;
  /** Puts back what a job's enrichment replaced, unless it has been changed again since. */
  abstract undoEnrichment(mangaId: string, jobId: string, signal: AbortSignal): Promise<UndoOutcome>;

  /**
   * Products that were put or changed in any way since `moment`, and the moment to ask from next time.
   * Begin with the time (milliseconds since the epoch) before the first reading of everything. A change
   * of the last seconds is told more than once, none is left out.
   */
  abstract changedSince(moment: number, signal: AbortSignal): Promise<{ products: readonly Product[]; moment: number }>;

  abstract isReachable(signal: AbortSignal): Promise<boolean>;
  abstract close(): Promise<void>;
}

export interface Order {
  /** `ORD-` and eight capitals or digits. */
  orderId: string;
  status: 'placed' | 'packed' | 'shipped' | 'delivered' | 'cancelled';
  placedAt: string;
  estimatedDelivery: string | null;
  items: readonly { mangaId: string; titleJa: string; titleEn: string; volume: number; quantity: number; priceJpy: number }[];
}

/** Orders by their owner: another shopper's order cannot be expressed. */
export abstract class OrderStore {
  abstract get(owner: { tenantId: string; subject: string }, orderId: string, signal: AbortSignal): Promise<Order | undefined>;
  abstract put(owner: { tenantId: string; subject: string }, order: Order, signal: AbortSignal): Promise<void>;
  abstract close(): Promise<void>;
}
