import type { Order, Product } from '@manga-assist/catalogue';

/** A line of `orders.ndjson`. Days are relative to the seeding, so that the demo never looks old. */
export interface OrderRecord {
  order_id: string;
  subject: string;
  status: Order['status'];
  placed_days_ago: number;
  /** Negative: it arrived then. Null: it will not. */
  delivery_in_days: number | null;
  items: { manga_id: string; volume: number; quantity: number }[];
}

const DAY_MS = 86_400_000;

/** The order as the store would keep it: titles and prices as they were when it was placed. */
export function orderFromRecord(record: OrderRecord, products: ReadonlyMap<string, Product>, nowMs: number): Order {
  return {
    orderId: record.order_id,
    status: record.status,
    placedAt: new Date(nowMs - record.placed_days_ago * DAY_MS).toISOString(),
    estimatedDelivery: record.delivery_in_days === null ? null : new Date(nowMs + record.delivery_in_days * DAY_MS).toISOString().slice(0, 10),
    items: record.items.map(({ manga_id: mangaId, volume, quantity }) => {
      const product = products.get(mangaId);
      if (product === undefined) throw new Error(`order ${record.order_id} has an unknown series ${mangaId}`);
      const { titleJa, titleEn, priceJpy } = product;
      if (priceJpy === null) throw new Error(`order ${record.order_id} has a series without a price, ${mangaId}`);
      return { mangaId, titleJa, titleEn, volume, quantity, priceJpy };
    }),
  };
}
