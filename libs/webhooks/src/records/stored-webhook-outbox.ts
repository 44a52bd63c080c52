import { hash } from 'node:crypto';
import { AppError, ulid, type Clock } from '@manga-assist/foundation';
import type { JobEvent } from '@manga-assist/schemas/events';
import { WebhookOutbox, type WebhookDelivery } from '../webhook-delivery.ts';
import type { WebhookOwner } from '../webhook-endpoint.ts';
import { readReference } from './callback-reference.ts';
import type { DeliveryQuery, DeliveryRecord, DeliveryRecords } from './delivery-records.ts';
import type { EndpointRecord, EndpointRecords } from './endpoint-records.ts';

const DAY_MS = 24 * 3_600_000;
/** Ten times as long as the schedule of attempts. */
const KEPT_MS = 30 * DAY_MS;
/** Standard Webhooks: below 20 kB. */
export const MOST_BODY_BYTES = 20_000;

export interface StoredWebhookOutboxOptions {
  deliveries: DeliveryRecords;
  endpoints: EndpointRecords;
  clock: Clock;
  onDue?: () => void;
}

/** The rules of deliveries, over any place to keep them. */
export class StoredWebhookOutbox extends WebhookOutbox {
  readonly #deliveries: DeliveryRecords;
  readonly #endpoints: EndpointRecords;
  readonly #clock: Clock;
  readonly #onDue: () => void;

  constructor({ deliveries, endpoints, clock, onDue = () => undefined }: StoredWebhookOutboxOptions) {
    super();
    this.#deliveries = deliveries;
    this.#endpoints = endpoints;
    this.#clock = clock;
    this.#onDue = onDue;
  }

  async enqueue(owner: WebhookOwner, event: JobEvent, to: { endpointId?: string }, signal: AbortSignal): Promise<void> {
    const { endpoints } = await this.#endpoints.read(owner, signal);
    const { endpointId, path } = to.endpointId === undefined ? {} : readReference(to.endpointId);
    const isMeant = endpointId === undefined ? wants(event) : (endpoint: EndpointRecord) => endpoint.endpointId === endpointId;
    const targets = endpoints.filter((endpoint) => endpoint.status === 'enabled' && isMeant(endpoint));
    const nowMs = this.#clock.nowMs();
    await Promise.all(targets.map((target) => this.#deliveries.put(delivery(owner, { endpointId: target.endpointId, path }, event, nowMs), signal)));
    if (targets.length > 0) this.#onDue();
  }

  async deliveries(owner: WebhookOwner, query: DeliveryQuery, signal: AbortSignal): Promise<{ deliveries: readonly WebhookDelivery[]; next?: string }> {
    const [{ records, next }, { endpoints }] = await Promise.all([this.#deliveries.list(owner, query, signal), this.#endpoints.read(owner, signal)]);
    const isThere = new Set(endpoints.map(({ endpointId }) => endpointId));
    const deliveries = records.map((record) => toDelivery(record.status === 'pending' && !isThere.has(record.endpointId) ? dropped(record) : record));
    const isMeant = ({ status }: WebhookDelivery): boolean => status === (query.status ?? status);
    return { deliveries: deliveries.filter(isMeant), ...(next !== undefined && { next }) };
  }

  async redeliver(owner: WebhookOwner, deliveryId: string, signal: AbortSignal): Promise<WebhookDelivery | undefined> {
    for (;;) {
      const seen = await this.#deliveries.get(owner, deliveryId, signal);
      if (seen === undefined) return undefined;
      const { endpoints } = await this.#endpoints.read(owner, signal);
      if (!endpoints.some(({ endpointId, status }) => endpointId === seen.endpointId && status === 'enabled')) {
        throw new AppError('conflict', 'webhooks.endpoint-off', 'The webhook’s endpoint is off or removed; enable it first.');
      }
      const nowMs = this.#clock.nowMs();
      const anew: DeliveryRecord = { ...seen, status: 'pending', step: 0, nextAttemptAtMs: nowMs, dueAtMs: nowMs, expiresAtMs: nowMs + KEPT_MS };
      if (!(await this.#deliveries.replace(anew, signal))) continue;
      this.#onDue();
      return toDelivery(anew);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#deliveries.close(), this.#endpoints.close()]);
  }
}

/** An endpoint that a callback_url made is told of the requests that named it, not of everything. */
const wants = (event: JobEvent) => (endpoint: EndpointRecord) =>
  endpoint.origin === 'registered' && (endpoint.eventTypes.length === 0 || endpoint.eventTypes.includes(event.type));

function delivery(owner: WebhookOwner, { endpointId, path }: { endpointId: string; path: string | undefined }, event: JobEvent, nowMs: number): DeliveryRecord {
  return {
    deliveryId: deliveryIdOf(endpointId, event),
    endpointId,
    owner,
    eventId: event.id,
    eventType: event.type,
    status: 'pending',
    attempts: [],
    createdAtMs: nowMs,
    nextAttemptAtMs: nowMs,
    version: 1,
    ...(path !== undefined && { path }),
    body: bodyOf(event),
    step: 0,
    dueAtMs: nowMs,
    expiresAtMs: nowMs + KEPT_MS,
  };
}

/** Sorts by the event's time, and is the same whenever it is made from the same. */
export function deliveryIdOf(endpointId: string, { id, timestamp }: JobEvent): string {
  return `whd_${ulid(Date.parse(timestamp), hash('sha256', `${endpointId} ${id}`, 'buffer'))}`;
}

/** What is signed and sent. An event that is too large loses what its receiver can read by the `result_url`. */
export function bodyOf({ type, timestamp, data }: JobEvent): string {
  const withAll = JSON.stringify({ type, timestamp, data });
  if (Buffer.byteLength(withAll) < MOST_BODY_BYTES) return withAll;
  const withoutResult = JSON.stringify({ type, timestamp, data: { ...data, result: undefined } });
  if (Buffer.byteLength(withoutResult) < MOST_BODY_BYTES) return withoutResult;
  return JSON.stringify({ type, timestamp, data: { ...data, result: undefined, metadata: undefined } });
}

/** Nothing more will be sent of it. A removed endpoint's are so at once, though a deliverer writes it down only when they are due. */
export function dropped({ dueAtMs: _d, nextAttemptAtMs: _n, ...record }: DeliveryRecord): DeliveryRecord {
  return { ...record, status: 'dropped' };
}

function toDelivery({ version: _v, path: _p, body: _b, step: _s, dueAtMs: _d, expiresAtMs: _e, ...delivery }: DeliveryRecord): WebhookDelivery {
  return delivery;
}
