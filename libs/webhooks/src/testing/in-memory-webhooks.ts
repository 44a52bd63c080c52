import { SystemClock, SystemIds, type Clock, type Ids } from '@manga-assist/foundation';
import { SystemTimers, type Timers } from '@manga-assist/resilience';
import type { WebhookDeliveryObserver } from '../delivering/delivery-observer.ts';
import { PollingWebhookDeliverer } from '../delivering/polling-webhook-deliverer.ts';
import type { WebhookSender } from '../delivering/webhook-sender.ts';
import { StoredWebhookEndpoints } from '../records/stored-webhook-endpoints.ts';
import { StoredWebhookOutbox } from '../records/stored-webhook-outbox.ts';
import { SecretBox } from '../secrets/secret-box.ts';
import { PUBLIC_ONLY, type CallbackPolicy } from '../urls/callback-policy.ts';
import type { WebhookDeliverer } from '../webhook-deliverer.ts';
import type { WebhookOutbox } from '../webhook-delivery.ts';
import type { WebhookEndpoints } from '../webhook-endpoint.ts';
import { InMemoryDeliveryRecords, InMemoryEndpointRecords } from './in-memory-records.ts';
import { ScriptedWebhookSender } from './scripted-webhook-sender.ts';

const SECRET_KEY = 'for-tests';

export interface InMemoryWebhooksOptions {
  clock?: Clock;
  timers?: Timers;
  ids?: Ids;
  policy?: CallbackPolicy;
  /** Takes everything unless said otherwise. */
  sender?: WebhookSender;
  observer?: WebhookDeliveryObserver;
  mostInFlight?: number;
  idleMs?: number;
  secretKey?: string;
  endpointRecords?: InMemoryEndpointRecords;
}

export interface InMemoryWebhooks {
  endpoints: WebhookEndpoints;
  outbox: WebhookOutbox;
  /** Not started. Every call makes another one on the same deliveries. */
  openDeliverer(change?: Partial<Pick<InMemoryWebhooksOptions, 'sender' | 'observer'>> & { deliveries?: InMemoryDeliveryRecords }): WebhookDeliverer;
  records: { endpoints: InMemoryEndpointRecords; deliveries: InMemoryDeliveryRecords };
}

/** Endpoints, outbox and deliverers of this process only. */
export function inMemoryWebhooks({
  clock = new SystemClock(),
  timers = new SystemTimers(),
  ids = new SystemIds(clock),
  policy = PUBLIC_ONLY,
  sender = new ScriptedWebhookSender(timers),
  observer = {},
  mostInFlight = 200,
  idleMs = 1_000,
  secretKey = SECRET_KEY,
  endpointRecords = new InMemoryEndpointRecords(),
}: InMemoryWebhooksOptions = {}): InMemoryWebhooks {
  const records = { endpoints: endpointRecords, deliveries: new InMemoryDeliveryRecords() };
  const box = new SecretBox(secretKey);
  return {
    endpoints: new StoredWebhookEndpoints({ records: records.endpoints, secretKey, policy, clock, ids }),
    outbox: new StoredWebhookOutbox({ ...records, clock }),
    openDeliverer: (change = {}) => new PollingWebhookDeliverer({ ...records, box, sender, clock, timers, observer, mostInFlight, idleMs, random: Math.random, ...change }),
    records,
  };
}
