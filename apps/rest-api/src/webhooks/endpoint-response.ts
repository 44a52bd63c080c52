import type { WebhookDeliveryResponse, WebhookEndpointResponse } from '@manga-assist/schemas/rest';
import type { WebhookDelivery, WebhookEndpoint } from '@manga-assist/webhooks';
import { seconds } from '../jobs/job-status.ts';

export function endpointResponseOf(endpoint: WebhookEndpoint): WebhookEndpointResponse {
  return {
    endpoint_id: endpoint.endpointId,
    url: endpoint.url,
    event_types: [...endpoint.eventTypes],
    status: endpoint.status,
    ...(endpoint.disabledBecause !== undefined && { disabled_because: endpoint.disabledBecause }),
    origin: endpoint.origin,
    created_at: seconds(endpoint.createdAtMs),
    ...(endpoint.previousSecretUntilMs !== undefined && { previous_secret_until: seconds(endpoint.previousSecretUntilMs) }),
  };
}

export function deliveryResponseOf(delivery: WebhookDelivery): WebhookDeliveryResponse {
  return {
    delivery_id: delivery.deliveryId,
    endpoint_id: delivery.endpointId,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    status: delivery.status,
    attempts: delivery.attempts.map(({ atMs, httpStatus, durationMs, outcome }) => ({
      at: seconds(atMs),
      ...(httpStatus !== undefined && { http_status: httpStatus }),
      duration_ms: Math.round(durationMs),
      outcome,
    })),
    created_at: seconds(delivery.createdAtMs),
    ...(delivery.nextAttemptAtMs !== undefined && { next_attempt_at: seconds(delivery.nextAttemptAtMs) }),
  };
}
