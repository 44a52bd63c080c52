import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { EndpointRecords, type EndpointHealth, type EndpointRecord, type OwnerRecord } from '../records/endpoint-records.ts';
import type { WebhookOwner } from '../webhook-endpoint.ts';
import { ownerKey, type Dynamo } from './dynamo-client.ts';

/** The item with all of an owner's endpoints (some 150 KiB at the very most, a few hundred bytes as a rule), beside one item of health for each of them. */
const ENDPOINTS = 'ENDPOINTS';
const healthKey = (endpointId: string): string => `HEALTH#${endpointId}`;

interface EndpointsItem {
  sk: typeof ENDPOINTS;
  version: number;
  endpoints: EndpointRecord[];
}
interface HealthItem extends EndpointHealth {
  sk: string;
  endpointId: string;
}

export class DynamoEndpointRecords extends EndpointRecords {
  readonly #dynamo: Dynamo;
  readonly #table: string;

  constructor(dynamo: Dynamo, table: string) {
    super();
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async read(owner: WebhookOwner, signal: AbortSignal): Promise<OwnerRecord> {
    const query = new QueryCommand({
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': ownerKey(owner) },
      ConsistentRead: true,
    });
    const { Items = [] } = await this.#dynamo.called(signal, (client, options) => client.send(query, options));
    const items = Items as (EndpointsItem | HealthItem)[];
    const own = items.find((item): item is EndpointsItem => item.sk === ENDPOINTS);
    const health = items.filter((item): item is HealthItem => item.sk !== ENDPOINTS).map(toHealth);
    return { version: own?.version ?? 0, endpoints: own?.endpoints ?? [], health: new Map(health) };
  }

  write(owner: WebhookOwner, endpoints: readonly EndpointRecord[], seenVersion: number, signal: AbortSignal): Promise<boolean> {
    return this.#put(owner, { sk: ENDPOINTS, endpoints }, seenVersion, signal);
  }

  writeHealth(owner: WebhookOwner, endpointId: string, health: Omit<EndpointHealth, 'version'>, seenVersion: number, signal: AbortSignal): Promise<boolean> {
    return this.#put(owner, { ...health, sk: healthKey(endpointId), endpointId }, seenVersion, signal);
  }

  async removeHealth(owner: WebhookOwner, endpointId: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteCommand({ TableName: this.#table, Key: { pk: ownerKey(owner), sk: healthKey(endpointId) } });
    await this.#dynamo.called(signal, (client, options) => client.send(command, options));
  }

  close(): Promise<void> {
    this.#dynamo.destroy();
    return Promise.resolve();
  }

  #put(owner: WebhookOwner, item: object, seenVersion: number, signal: AbortSignal): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: { ...item, pk: ownerKey(owner), v: 1, version: seenVersion + 1 },
      ...(seenVersion === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'version = :seen', ExpressionAttributeValues: { ':seen': seenVersion } }),
    });
    return this.#dynamo.written(signal, (client, options) => client.send(command, options));
  }
}

function toHealth({ endpointId, version, failingSinceMs, hasTaken, spacingMs, nextSlotMs, deferredUntilMs }: HealthItem): [string, EndpointHealth] {
  return [endpointId, { version, spacingMs, nextSlotMs, deferredUntilMs, ...(failingSinceMs !== undefined && { failingSinceMs }), ...(hasTaken && { hasTaken }) }];
}
