import { openDynamoOrderStore, openDynamoProductStore, productFromRecord, type SeriesRecord } from '@manga-assist/catalogue';
import { putCovers } from './covers/put-covers.ts';
import type { CustomerRecord } from './customer-record.ts';
import { orderFromRecord, type OrderRecord } from './order-record.ts';
import { putApiKeys } from './put-api-keys.ts';
import { readLines } from './read-lines.ts';
import type { SeedConfig } from './seed-config.ts';

export interface Seeded {
  products: number;
  orders: number;
  apiKeys: number;
  covers: number;
}

/** Puts the demo store into the tables and the bucket that `provision` made. A second time changes nothing but the orders' days. */
export async function seedStore(config: SeedConfig, nowMs: number, signal: AbortSignal): Promise<Seeded> {
  const products = readLines<SeriesRecord>('series.ndjson').map(productFromRecord);
  const productsById = new Map(products.map((product) => [product.mangaId, product]));
  const customers = readLines<CustomerRecord>('customers.ndjson');
  const tenantOf = new Map(customers.map(({ subject, tenant_id: tenantId }) => [subject, tenantId]));
  const orders = readLines<OrderRecord>('orders.ndjson').map((record) => {
    const tenantId = tenantOf.get(record.subject);
    if (tenantId === undefined) throw new Error(`order ${record.order_id} belongs to nobody in customers.ndjson`);
    return { owner: { tenantId, subject: record.subject }, order: orderFromRecord(record, productsById, nowMs) };
  });

  const productStore = openDynamoProductStore({ table: config.productsTable });
  const orderStore = openDynamoOrderStore({ table: config.ordersTable });
  try {
    const [apiKeys, covers] = await Promise.all([
      putApiKeys(customers, { table: config.apiKeysTable, pepper: config.apiKeyPepper.reveal() }, signal),
      putCovers([...productsById.keys()], config.coversBucket, signal),
      productStore.put(products, signal),
      ...orders.map(({ owner, order }) => orderStore.put(owner, order, signal)),
    ]);
    return { products: products.length, orders: orders.length, apiKeys, covers };
  } finally {
    await Promise.all([productStore.close(), orderStore.close()]);
  }
}
