export {
  openDynamoWebhookEndpoints,
  openDynamoWebhookOutbox,
  type DynamoWebhookEndpointsOptions,
  type DynamoWebhookOutboxOptions,
} from './aws/open-dynamo-webhooks.ts';
export { openWebhookDeliverer, type WebhookDelivererOptions } from './aws/open-webhook-deliverer.ts';
export type { AttemptReport, WebhookDeliveryObserver } from './delivering/delivery-observer.ts';
export { endpointIdOf } from './records/callback-reference.ts';
export { allowedNetworksProblem, PUBLIC_ONLY, type CallbackPolicy } from './urls/callback-policy.ts';
export { checkCallbackUrl, type UrlRefusal } from './urls/callback-url.ts';
export { WebhookDeliverer } from './webhook-deliverer.ts';
export { WebhookOutbox, type WebhookAttempt, type WebhookDelivery } from './webhook-delivery.ts';
export { WebhookEndpoints, type WebhookCallback, type WebhookEndpoint, type WebhookOwner, type WebhookSecret } from './webhook-endpoint.ts';
