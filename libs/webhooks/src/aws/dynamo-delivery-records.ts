import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '@manga-assist/foundation';
import { DeliveryRecords, dueShard, type DeliveryQuery, type DeliveryRecord } from '../records/delivery-records.ts';
import type { WebhookOwner } from '../webhook-endpoint.ts';
import { ownerKey, type Dynamo } from './dynamo-client.ts';

/** The most that is read for one page: a filter that fits little reads on, but not for ever. */
const MOST_READS_A_PAGE = 10;
const ROWS_A_READ = 100;

/** Deliveries by owner; `whd_…` sorts by time. `due_shard` and `due_at_ms` are there only while it is due some time. */
export class DynamoDeliveryRecords extends DeliveryRecords {
  readonly #dynamo: Dynamo;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(dynamo: Dynamo, table: string, clock: Clock) {
    super();
    this.#dynamo = dynamo;
    this.#table = table;
    this.#clock = clock;
  }

  async put(record: DeliveryRecord, signal: AbortSignal): Promise<void> {
    const command = new PutCommand({ TableName: this.#table, Item: toItem(record), ConditionExpression: 'attribute_not_exists(pk)' });
    await this.#dynamo.written(signal, (client, options) => client.send(command, options));
  }

  async get(owner: WebhookOwner, deliveryId: string, signal: AbortSignal): Promise<DeliveryRecord | undefined> {
    const command = new GetCommand({ TableName: this.#table, Key: { pk: ownerKey(owner), sk: deliveryId }, ConsistentRead: true });
    const { Item } = await this.#dynamo.called(signal, (client, options) => client.send(command, options));
    return Item && this.#isKept(Item) ? fromItem(Item) : undefined;
  }

  async list(owner: WebhookOwner, { endpointId, status, limit, before }: DeliveryQuery, signal: AbortSignal): Promise<{ records: readonly DeliveryRecord[]; next?: string }> {
    const records: DeliveryRecord[] = [];
    let next = before;
    for (let reads = 0; reads < MOST_READS_A_PAGE; reads++) {
      const query = new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: next === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
        ExpressionAttributeValues: { ':pk': ownerKey(owner), ...(next !== undefined && { ':before': next }) },
        ScanIndexForward: false,
        Limit: ROWS_A_READ,
        ConsistentRead: true,
      });
      const { Items = [], LastEvaluatedKey } = await this.#dynamo.called(signal, (client, options) => client.send(query, options));
      for (const item of Items) {
        const record = fromItem(item);
        if (!this.#isKept(item) || record.endpointId !== (endpointId ?? record.endpointId) || record.status !== (status ?? record.status)) continue;
        // One more than asked for: there is a next page.
        if (records.length === limit) return { records, next: records[limit - 1]?.deliveryId ?? '' };
        records.push(record);
      }
      if (LastEvaluatedKey === undefined) return { records };
      next = String(LastEvaluatedKey['sk']);
    }
    return { records, ...(next !== undefined && { next }) };
  }

  replace(record: DeliveryRecord, signal: AbortSignal): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: toItem({ ...record, version: record.version + 1 }),
      ConditionExpression: 'version = :seen',
      ExpressionAttributeValues: { ':seen': record.version },
    });
    return this.#dynamo.written(signal, (client, options) => client.send(command, options));
  }

  async due(shard: number, nowMs: number, limit: number, signal: AbortSignal): Promise<readonly DeliveryRecord[]> {
    const query = new QueryCommand({
      TableName: this.#table,
      IndexName: 'due',
      KeyConditionExpression: 'due_shard = :shard AND due_at_ms <= :now',
      ExpressionAttributeValues: { ':shard': String(shard), ':now': nowMs },
      Limit: limit,
    });
    const { Items = [] } = await this.#dynamo.called(signal, (client, options) => client.send(query, options));
    return Items.map(fromItem);
  }

  close(): Promise<void> {
    this.#dynamo.destroy();
    return Promise.resolve();
  }

  /** DynamoDB deletes days later. */
  #isKept(item: Record<string, unknown>): boolean {
    return Number(item['expires_at']) * 1_000 > this.#clock.nowMs();
  }
}

function toItem({ dueAtMs, expiresAtMs, ...record }: DeliveryRecord): Record<string, unknown> {
  return {
    ...record,
    attempts: [...record.attempts],
    pk: ownerKey(record.owner),
    sk: record.deliveryId,
    v: 1,
    expires_at: Math.ceil(expiresAtMs / 1_000),
    ...(dueAtMs !== undefined && { due_shard: String(dueShard(record.deliveryId)), due_at_ms: dueAtMs }),
  };
}

function fromItem({ pk: _p, sk: _s, v: _v, due_shard: _d, due_at_ms: dueAtMs, expires_at, ...record }: Record<string, unknown>): DeliveryRecord {
  return { ...(record as unknown as DeliveryRecord), expiresAtMs: Number(expires_at) * 1_000, ...(dueAtMs !== undefined && { dueAtMs: Number(dueAtMs) }) };
}
