import { setTimeout } from 'node:timers/promises';
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb';
import { AppError, SystemClock, type Clock } from '@manga-assist/foundation';
import type { EnrichOutcome, Enrichment, StockOutcome, UndoOutcome } from '../enrichment.ts';
import type { Product } from '../product.ts';
import { productFromRecord, recordFromProduct, type SeriesRecord } from '../series-record.ts';
import { ProductStore } from '../stores.ts';
import { changeItem, type Attributes } from './change-item.ts';
import { toCatalogueError } from './dynamo-errors.ts';
import { openDynamo } from './open-dynamo.ts';
import { enrichmentChange, priceChange, stockChange, undoChange, undoneAlready, writtenAt } from './product-changes.ts';

export interface DynamoProductStoreOptions {
  /** Keyed by `manga_id`, with the index `changed` over `changed_in` and `changed_at_ms`. */
  table: string;
  clock?: Clock;
}

/** DynamoDB takes at most 25 items in one BatchWriteItem. */
const ITEMS_PER_WRITE = 25;
const WRITES_AT_ONCE = 4;
/** How often what DynamoDB left over is sent again. */
const MOST_ROUNDS = 8;
const FIRST_PAUSE_MS = 50;
/** Writers' clocks differ and the index lags: the last seconds are always read again. */
const TOLD_AGAIN_MS = 10_000;

class DynamoProductStore extends ProductStore {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(dynamo: DynamoDBDocumentClient, { table, clock = new SystemClock() }: DynamoProductStoreOptions) {
    super();
    this.#dynamo = dynamo;
    this.#table = table;
    this.#clock = clock;
  }

  async get(mangaId: string, signal: AbortSignal): Promise<Product | undefined> {
    const item = await this.#item(mangaId, signal);
    return item && productFromRecord(item as unknown as SeriesRecord);
  }

  async #item(mangaId: string, signal: AbortSignal): Promise<Attributes | undefined> {
    try {
      const { Item } = await this.#dynamo.send(new GetCommand({ TableName: this.#table, Key: { manga_id: mangaId }, ConsistentRead: true }), { abortSignal: signal });
      return Item;
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
    let requests = batch.map((product) => ({ PutRequest: { Item: { ...recordFromProduct(product), ...writtenAt(this.#clock.nowMs()) } as Attributes } }));
    for (let round = 0; round < MOST_ROUNDS && requests.length > 0; round++) {
      const command = new BatchWriteCommand({ RequestItems: { [this.#table]: requests } });
      const { UnprocessedItems } = await this.#dynamo.send(command, { abortSignal: signal });
      requests = (UnprocessedItems?.[this.#table] ?? []) as typeof requests;
      // What is left over was throttled; sent again at once it would be again.
      if (requests.length > 0) await setTimeout(Math.random() * FIRST_PAUSE_MS * 2 ** round, undefined, { signal });
    }
    if (requests.length > 0) throw new AppError('unavailable', 'catalogue.unavailable', 'The catalogue takes no more writes just now; try again.');
  }

  async changeStock(mangaId: string, volume: number, by: number, signal: AbortSignal): Promise<StockOutcome> {
    if (!Number.isInteger(volume) || volume < 1) return { kind: 'unknown-volume' };
    const { isDone, item } = await this.#change(mangaId, stockChange(volume, by, this.#clock.nowMs()), signal);
    const copies = (item?.['stock'] as number[] | undefined)?.[volume - 1];
    if (copies === undefined) return { kind: 'unknown-volume' };
    return { kind: isDone ? 'changed' : 'not-enough', copies };
  }

  async setPrice(mangaId: string, priceJpy: number | null, signal: AbortSignal): Promise<boolean> {
    return (await this.#change(mangaId, priceChange(priceJpy, this.#clock.nowMs()), signal)).isDone;
  }

  async enrich(mangaId: string, enrichment: Enrichment, signal: AbortSignal): Promise<EnrichOutcome> {
    const change = enrichmentChange(enrichment, this.#clock.nowMs());
    const { isDone, item } = await this.#change(mangaId, change, signal);
    if (isDone) return 'applied';
    if (item === undefined) return 'not-found';
    return item[change.attribute] === undefined ? 'outdated' : 'already-applied';
  }

  async undoEnrichment(mangaId: string, jobId: string, signal: AbortSignal): Promise<UndoOutcome> {
    const item = await this.#item(mangaId, signal);
    if (item === undefined) return 'not-found';
    const inTheWay = undoneAlready(item, jobId);
    if (inTheWay !== undefined) return inTheWay;
    const { isDone, item: now } = await this.#change(mangaId, undoChange(item, jobId, this.#clock.nowMs()), signal);
    if (isDone) return 'undone';
    // Somebody else was faster; or it was this very call, whose first answer got lost.
    return undoneAlready(now, jobId) ?? 'outdated';
  }

  async changedSince(moment: number, signal: AbortSignal): Promise<{ products: readonly Product[]; moment: number }> {
    // Before the question: what is written while it is answered belongs to the next one.
    const next = this.#clock.nowMs();
    const products: Product[] = [];
    try {
      const query = {
        TableName: this.#table,
        IndexName: 'changed',
        KeyConditionExpression: '#in = :all AND #at > :from',
        ExpressionAttributeNames: { '#in': 'changed_in', '#at': 'changed_at_ms' },
        ExpressionAttributeValues: { ':all': 'all', ':from': moment - TOLD_AGAIN_MS },
      };
      for await (const { Items = [] } of paginateQuery({ client: this.#dynamo }, query, { abortSignal: signal })) products.push(...Items.map((item) => productFromRecord(item as SeriesRecord)));
      return { products, moment: next };
    } catch (error) {
      throw toCatalogueError(error, signal);
    }
  }

  async #change(mangaId: string, change: Parameters<typeof changeItem>[2], signal: AbortSignal): ReturnType<typeof changeItem> {
    try {
      return await changeItem(this.#dynamo, { table: this.#table, mangaId }, change, signal);
    } catch (error) {
      throw toCatalogueError(error, signal);
    }
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
