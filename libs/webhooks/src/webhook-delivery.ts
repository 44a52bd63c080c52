import type { JobEvent, JobEventType } from '@manga-assist/schemas/events';
import type { WebhookOwner } from './webhook-endpoint.ts';

export interface WebhookAttempt {
  atMs: number;
  /** Undefined when there was no answer. Bodies of answers are never kept or shown. */
  httpStatus?: number;
  durationMs: number;
  /**
   * `refused`: it answered, and not with success. `unreachable`: no connection, or it broke. `blocked`:
   * its name leads to an address that must not be called. `unsigned`: nothing was sent, because its secret
   * cannot be read here.
   */
  outcome: 'delivered' | 'refused' | 'timed-out' | 'unreachable' | 'blocked' | 'gone' | 'throttled' | 'redirected' | 'unsigned';
  /** What was in the way when there was no answer: its name, the connection, TLS (its certificate, most often), or what came was no HTTP. */
  obstacle?: 'name' | 'connection' | 'tls' | 'answer';
}

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  /** `whd_…`, derived from endpoint and event: made twice, it is one. */
  deliveryId: string;
  endpointId: string;
  owner: WebhookOwner;
  /** The `webhook-id` on the wire, the same at every attempt. */
  eventId: string;
  eventType: JobEventType;
  status: 'pending' | 'delivered' | 'failed' | 'dropped';
  attempts: readonly WebhookAttempt[];
  createdAtMs: number;
  nextAttemptAtMs?: number;
}

/** Puts events on their way; the deliverer does the rest. Errors as `WebhookEndpoints`. */
export abstract class WebhookOutbox {
  /**
   * To one endpoint (its id, or the reference of a callback), or to all of the owner's that want such events. Doing it again changes nothing.
   * Endpoints that are off are left out.
   */
  abstract enqueue(owner: WebhookOwner, event: JobEvent, to: { endpointId?: string }, signal: AbortSignal): Promise<void>;
  /** Newest first. */
  abstract deliveries(
    owner: WebhookOwner,
    query: { endpointId?: string; status?: WebhookDelivery['status']; limit: number; before?: string },
    signal: AbortSignal,
  ): Promise<{ deliveries: readonly WebhookDelivery[]; next?: string }>;
  /** Tried again at once, with the whole schedule anew. Undefined: no such delivery of this owner. Errors: `conflict` `webhooks.endpoint-off`. */
  abstract redeliver(owner: WebhookOwner, deliveryId: string, signal: AbortSignal): Promise<WebhookDelivery | undefined>;
  abstract close(): Promise<void>;
}
