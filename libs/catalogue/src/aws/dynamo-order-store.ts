import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { OrderStore, type Order } from '../stores.ts';
import { toCatalogueError } from './dynamo-errors.ts';
import { openDynamo } from './open-dynamo.ts';

export interface DynamoOrderStoreOptions {
  /** Keyed by `pk` (the owner) and `sk` (the order). */
  table: string;
}

interface OrderItem {
  pk: string;
  sk: string;
  order_id: string;
  status: Order['status'];
  placed_at: string;
  estimated_delivery: string | null;
  items: { manga_id: string; title_ja: string; title_en: string; volume: number; quantity: number; price_jpy: number }[];
}

type Owner = { tenantId: string; subject: string };

class DynamoOrderStore extends OrderStore {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, { table }: DynamoOrderStoreOptions) {
    super();
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async get(owner: Owner, orderId: string, signal: AbortSignal): Promise<Order | undefined> {
    try {
      const { Item } = await this.#dynamo.send(new GetCommand({ TableName: this.#table, Key: keyOf(owner, orderId) }), { abortSignal: signal });
      return Item && fromItem(Item as OrderItem);
    } catch (error) {
      throw toCatalogueError(error, signal);
    }
  }

  async put(owner: Owner, order: Order, signal: AbortSignal): Promise<void> {
    try {
      await this.#dynamo.send(new PutCommand({ TableName: this.#table, Item: toItem(owner, order) }), { abortSignal: signal });
    } catch (error) {
      throw toCatalogueError(error, signal);
    }
  }

  async close(): Promise<void> {
    this.#dynamo.destroy();
  }
}

/** The owner is part of the key: another shopper's order cannot be named. */
function keyOf({ tenantId, subject }: Owner, orderId: string): { pk: string; sk: string } {
  return { pk: `T#${withoutHash(tenantId)}#U#${withoutHash(subject)}`, sk: `ORDER#${orderId}` };
}

// `#` separates the parts, so no part may hold one.
function withoutHash(part: string): string {
  return part.replaceAll('%', '%25').replaceAll('#', '%23');
}

function toItem(owner: Owner, order: Order): OrderItem {
  return {
    ...keyOf(owner, order.orderId),
    order_id: order.orderId,
    status: order.status,
    placed_at: order.placedAt,
    estimated_delivery: order.estimatedDelivery,
    items: order.items.map((item) => ({
      manga_id: item.mangaId,
      title_ja: item.titleJa,
      title_en: item.titleEn,
      volume: item.volume,
      quantity: item.quantity,
      price_jpy: item.priceJpy,
    })),
  };
}

function fromItem(item: OrderItem): Order {
  return {
    orderId: item.order_id,
    status: item.status,
    placedAt: item.placed_at,
    estimatedDelivery: item.estimated_delivery,
    items: item.items.map((line) => ({
      mangaId: line.manga_id,
      titleJa: line.title_ja,
      titleEn: line.title_en,
      volume: line.volume,
      quantity: line.quantity,
      priceJpy: line.price_jpy,
    })),
  };
}

/** Orders in DynamoDB, by their owner. */
export function openDynamoOrderStore(options: DynamoOrderStoreOptions): OrderStore {
  return new DynamoOrderStore(openDynamo(), options);
}
