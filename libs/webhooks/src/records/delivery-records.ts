import type { WebhookDelivery } from '../webhook-delivery.ts';
import type { WebhookOwner } from '../webhook-endpoint.ts';

/** A delivery as it is stored. */
export interface DeliveryRecord extends WebhookDelivery {
  /** Counts the writes: whoever writes names the one it has seen. */
  version: number;
  /** Where at the endpoint's host it goes, when that is not the endpoint's own address. */
  path?: string;
  /** The exact bytes that are sent, as text. */
  body: string;
  /** How many pauses of the schedule are behind it. */
  step: number;
  /** When a deliverer must look at it. None: never again. */
  dueAtMs?: number;
  expiresAtMs: number;
}

export interface DeliveryQuery {
  endpointId?: string;
  status?: WebhookDelivery['status'];
  limit: number;
  /** A `next` of before. */
  before?: string;
}

/** In as many parts deliverers read what is due, so that no part is too hot to write to. */
export const DUE_SHARDS = 4;

/** By the last character of the id, which is random. */
export function dueShard(deliveryId: string): number {
  return deliveryId.charCodeAt(deliveryId.length - 1) % DUE_SHARDS;
}

/** Where deliveries are kept. Errors: `unavailable` `webhooks.unavailable`. */
export abstract class DeliveryRecords {
  /** Leaves alone what is there. */
  abstract put(record: DeliveryRecord, signal: AbortSignal): Promise<void>;
  abstract get(owner: WebhookOwner, deliveryId: string, signal: AbortSignal): Promise<DeliveryRecord | undefined>;
  /** Newest first. A page may be short, or empty, and have a `next` all the same. */
  abstract list(owner: WebhookOwner, query: DeliveryQuery, signal: AbortSignal): Promise<{ records: readonly DeliveryRecord[]; next?: string }>;
  /** Writes it as its next version; false when its version is no longer the stored one. */
  abstract replace(record: DeliveryRecord, signal: AbortSignal): Promise<boolean>;
  /** What is due in one part, earliest first; maybe not yet what was written a moment ago. */
  abstract due(shard: number, nowMs: number, limit: number, signal: AbortSignal): Promise<readonly DeliveryRecord[]>;
  abstract close(): Promise<void>;
}
