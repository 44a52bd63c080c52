import { DeliveryRecords, DUE_SHARDS, dueShard, type DeliveryQuery, type DeliveryRecord } from '../records/delivery-records.ts';
import { EndpointRecords, type EndpointHealth, type EndpointRecord, type OwnerRecord } from '../records/endpoint-records.ts';
import type { WebhookOwner } from '../webhook-endpoint.ts';

const keyOf = ({ tenantId, subject }: WebhookOwner, ...more: string[]): string => JSON.stringify([tenantId, subject, ...more]);

/** Endpoints of this process only. */
export class InMemoryEndpointRecords extends EndpointRecords {
  readonly #owners = new Map<string, Omit<OwnerRecord, 'health'>>();
  readonly #health = new Map<string, Map<string, EndpointHealth>>();

  async read(owner: WebhookOwner, signal: AbortSignal): Promise<OwnerRecord> {
    signal.throwIfAborted();
    const { version, endpoints } = this.#owners.get(keyOf(owner)) ?? { version: 0, endpoints: [] };
    return { version, endpoints, health: new Map(this.#health.get(keyOf(owner))) };
  }

  async write(owner: WebhookOwner, endpoints: readonly EndpointRecord[], seenVersion: number): Promise<boolean> {
    if ((this.#owners.get(keyOf(owner))?.version ?? 0) !== seenVersion) return false;
    this.#owners.set(keyOf(owner), { version: seenVersion + 1, endpoints });
    return true;
  }

  async writeHealth(owner: WebhookOwner, endpointId: string, health: Omit<EndpointHealth, 'version'>, seenVersion: number): Promise<boolean> {
    const ofOwner = this.#health.get(keyOf(owner)) ?? new Map<string, EndpointHealth>();
    if ((ofOwner.get(endpointId)?.version ?? 0) !== seenVersion) return false;
    this.#health.set(keyOf(owner), ofOwner.set(endpointId, { ...health, version: seenVersion + 1 }));
    return true;
  }

  async removeHealth(owner: WebhookOwner, endpointId: string): Promise<void> {
    this.#health.get(keyOf(owner))?.delete(endpointId);
  }

  async close(): Promise<void> {}
}

/** Deliveries of this process only. */
export class InMemoryDeliveryRecords extends DeliveryRecords {
  readonly #records = new Map<string, DeliveryRecord>();
  /** Those that are due some time, by part. */
  readonly #due = Array.from({ length: DUE_SHARDS }, () => new Map<string, DeliveryRecord>());

  get all(): readonly DeliveryRecord[] {
    return [...this.#records.values()];
  }

  async put(record: DeliveryRecord, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const key = keyOf(record.owner, record.deliveryId);
    if (!this.#records.has(key)) this.#set(key, record);
  }

  async get(owner: WebhookOwner, deliveryId: string): Promise<DeliveryRecord | undefined> {
    return this.#records.get(keyOf(owner, deliveryId));
  }

  async list(owner: WebhookOwner, { endpointId, status, limit, before }: DeliveryQuery): Promise<{ records: readonly DeliveryRecord[]; next?: string }> {
    const fitting = this.all
      .filter((record) => keyOf(record.owner) === keyOf(owner))
      .filter((record) => before === undefined || record.deliveryId < before)
      .filter((record) => (endpointId ?? record.endpointId) === record.endpointId && (status ?? record.status) === record.status)
      .toSorted((a, b) => (a.deliveryId < b.deliveryId ? 1 : -1));
    const records = fitting.slice(0, limit);
    const last = records.at(-1);
    return { records, ...(last && fitting.length > limit && { next: last.deliveryId }) };
  }

  async replace(record: DeliveryRecord): Promise<boolean> {
    const key = keyOf(record.owner, record.deliveryId);
    if (this.#records.get(key)?.version !== record.version) return false;
    this.#set(key, { ...record, version: record.version + 1 });
    return true;
  }

  async due(shard: number, nowMs: number, limit: number): Promise<readonly DeliveryRecord[]> {
    return [...(this.#due[shard]?.values() ?? [])]
      .filter(({ dueAtMs = Infinity }) => dueAtMs <= nowMs)
      .toSorted((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0))
      .slice(0, limit);
  }

  async close(): Promise<void> {}

  #set(key: string, record: DeliveryRecord): void {
    this.#records.set(key, record);
    const part = this.#due[dueShard(record.deliveryId)];
    if (record.dueAtMs === undefined) part?.delete(key);
    else part?.set(key, record);
  }
}
