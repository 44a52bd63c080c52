import { SystemClock, SystemIds, type Clock, type Ids } from '@manga-assist/foundation';
import { StoredWebhookEndpoints } from '../records/stored-webhook-endpoints.ts';
import { StoredWebhookOutbox } from '../records/stored-webhook-outbox.ts';
import { PUBLIC_ONLY, type CallbackPolicy } from '../urls/callback-policy.ts';
import type { WebhookOutbox } from '../webhook-delivery.ts';
import type { WebhookEndpoints } from '../webhook-endpoint.ts';
import { InMemoryDeliveryRecords, InMemoryEndpointRecords } from './in-memory-records.ts';

export interface InMemoryWebhooks {
  endpoints: WebhookEndpoints;
  outbox: WebhookOutbox;
}

/** Endpoints and the outbox that reads them, of this process only. */
export function inMemoryWebhooks({
  clock = new SystemClock(),
  ids = new SystemIds(clock),
  policy = PUBLIC_ONLY,
}: { clock?: Clock; ids?: Ids; policy?: CallbackPolicy } = {}): InMemoryWebhooks {
  const records = new InMemoryEndpointRecords();
  return {
    endpoints: new StoredWebhookEndpoints({ records, secretKey: 'for-tests', policy, clock, ids }),
    outbox: new StoredWebhookOutbox({ deliveries: new InMemoryDeliveryRecords(), endpoints: records, clock }),
  };
}
