import { setTimeout } from 'node:timers/promises';
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { AppError } from '@manga-assist/foundation';
import type { Product } from '../product.ts';
import { productFromRecord, recordFromProduct, type SeriesRecord } from '../series-record.ts';
import { ProductStore } from '../stores.ts';
import { toCatalogueError } from './dynamo-errors.ts';
import { openDynamo } from './open-dynamo.ts';

export interface DynamoProductStoreOptions {
  /** Keyed by `manga_id`. */
  table: string;
}

/** DynamoDB takes at most 25 items in one BatchWriteItem. */
const ITEMS_PER_WRITE = 25;
const WRITES_AT_ONCE = 4;
/** How often what DynamoDB left over is sent again. */
const MOST_ROUNDS = 8;
const FIRST_PAUSE_MS = 50;

class DynamoProductStore extends ProductStore {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, { table }: DynamoProductStoreOptions) {
    super();
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async get(mangaId: string, signal: AbortSignal): Promise<Product | undefined> {
    try {
      const { Item } = await this.#dynamo.send(new GetCommand({ TableName: this.#table, Key: { manga_id: mangaId } }), { abortSignal: signal });
      return Item && productFromRecord(Item as SeriesRecord);
    } catch (error) {
      throw toCatalogueError(error, signal);
    }
  }

  async *all(signal: AbortSignal): AsyncIterable<readonly Product[]> {
    try {
      for await (const { Items = [] } of paginateScan({ client: this.#dynamo }, { TableName: this.#table }, { abortSignal: signal })) {
        yield Items.map((item) => productFromRecord(item as SeriesRecord));
      }
    } catch (error) {
      throw toCatalogueError(error, signal);
    }
  }

  async put(products: readonly Product[], signal: AbortSignal): Promise<void> {
    const batches: Product[][] = [];
    for (let start = 0; start < products.length; start += ITEMS_PER_WRITE) batches.push(products.slice(start, start + ITEMS_PER_WRITE));
    const next = async (): Promise<void> => {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) await this.#write(batch, signal);
    };
    try {
      await Promise.all(Array.from({ length: WRITES_AT_ONCE }, next));
    } catch (error) {
      throw toCatalogueError(error, signal);
    }
  }

  async #write(batch: readonly Product[], signal: AbortSignal): Promise<void> {
    let requests = batch.map((product) => ({ PutRequest: { Item: recordFromProduct(product) as unknown as Record<string, unknown> } }));
    for (let round = 0; round < MOST_ROUNDS && requests.length > 0; round++) {
      const command = new BatchWriteCommand({ RequestItems: { [this.#table]: requests } });
      const { UnprocessedItems } = await this.#dynamo.send(command, { abortSignal: signal });
      requests = (UnprocessedItems?.[this.#table] ?? []) as typeof requests;
      // What is left over was throttled; sent again at once it would be again.
      if (requests.length > 0) await setTimeout(Math.random() * FIRST_PAUSE_MS * 2 ** round, undefined, { signal });
    }
    if (requests.length > 0) throw new AppError('unavailable', 'catalogue.unavailable', 'The catalogue takes no more writes just now; try again.');
  }

  async isReachable(signal: AbortSignal): Promise<boolean> {
    return this.get('MNG-00000000', signal).then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    this.#dynamo.destroy();
  }
}

/** Products in DynamoDB, one item each with the stock of all its volumes. */
export function openDynamoProductStore(options: DynamoProductStoreOptions): ProductStore {
  return new DynamoProductStore(openDynamo(), options);
}
