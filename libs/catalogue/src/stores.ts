import type { Product } from './product.ts';

/** Products with prices and stock. Errors: `unavailable` `catalogue.unavailable`; `timed-out` and `cancelled` by the signal. */
export abstract class ProductStore {
  abstract get(mangaId: string, signal: AbortSignal): Promise<Product | undefined>;
  abstract all(signal: AbortSignal): AsyncIterable<readonly Product[]>;
  abstract put(products: readonly Product[], signal: AbortSignal): Promise<void>;
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
