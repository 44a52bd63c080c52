export { WebhookDeliverer } from './webhook-deliverer.ts';
export { WebhookOutbox, type WebhookAttempt, type WebhookDelivery } from './webhook-delivery.ts';
export { WebhookEndpoints, type WebhookEndpoint, type WebhookOwner, type WebhookSecret } from './webhook-endpoint.ts';
