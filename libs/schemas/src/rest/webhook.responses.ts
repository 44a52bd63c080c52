import type { JobEventType } from '../events/job-event.ts';

export interface WebhookEndpointResponse {
  endpoint_id: string;
  url: string;
  /** Empty: all of them. */
  event_types: JobEventType[];
  status: 'enabled' | 'disabled';
  disabled_because?: 'gone' | 'failing' | 'owner';
  /** `callback`: made by a request's callback_url. */
  origin: 'registered' | 'callback';
  /** Unix seconds. */
  created_at: number;
  /** Until then an older secret signs as well. */
  previous_secret_until?: number;
}

/** The only answers that hold a secret: of making an endpoint and of rotating its secret. */
export interface WebhookSecretResponse extends WebhookEndpointResponse {
  /** `whsec_…`; not shown again. */
  secret: string;
}

export interface WebhookDeliveryResponse {
  delivery_id: string;
  endpoint_id: string;
  /** The `webhook-id` on the wire. */
  event_id: string;
  event_type: JobEventType;
  status: 'pending' | 'delivered' | 'failed' | 'dropped';
  attempts: { at: number; http_status?: number; duration_ms: number; outcome: string }[];
  created_at: number;
  next_attempt_at?: number;
}

export interface WebhookDeliveriesResponse {
  deliveries: WebhookDeliveryResponse[];
  /** `before` of the next page; none on the last one. */
  next?: string;
}
