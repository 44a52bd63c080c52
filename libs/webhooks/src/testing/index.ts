export type { WebhookAnswer, WebhookRequest } from '../delivering/webhook-sender.ts';
export { inMemoryWebhooks, type InMemoryWebhooks, type InMemoryWebhooksOptions } from './in-memory-webhooks.ts';
export { ScriptedWebhookSender, type Receiver } from './scripted-webhook-sender.ts';
export { VirtualTime } from './virtual-time.ts';
export { anEvent, anOwner, SHOP, webhookEndpointsContract, type OpenedWebhooks } from './webhook-endpoints.contract.ts';
export { webhookOutboxContract } from './webhook-outbox.contract.ts';
