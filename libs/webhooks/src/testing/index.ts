export { inMemoryWebhooks, type InMemoryWebhooks } from './in-memory-webhooks.ts';
export { anEvent, SHOP, webhookEndpointsContract, type OpenedWebhooks } from './webhook-endpoints.contract.ts';
export { webhookOutboxContract } from './webhook-outbox.contract.ts';
