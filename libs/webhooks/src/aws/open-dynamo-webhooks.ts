import { SystemClock, SystemIds, type Clock, type Ids } from '@manga-assist/foundation';
import { StoredWebhookEndpoints } from '../records/stored-webhook-endpoints.ts';
import { StoredWebhookOutbox } from '../records/stored-webhook-outbox.ts';
import { PUBLIC_ONLY, type CallbackPolicy } from '../urls/callback-policy.ts';
import type { WebhookOutbox } from '../webhook-delivery.ts';
import type { WebhookEndpoints } from '../webhook-endpoint.ts';
import { Dynamo, type DynamoOptions } from './dynamo-client.ts';
import { DynamoDeliveryRecords } from './dynamo-delivery-records.ts';
import { DynamoEndpointRecords } from './dynamo-endpoint-records.ts';

export interface DynamoWebhookEndpointsOptions extends DynamoOptions {
  /** Keyed by `pk` and `sk`. */
  table: string;
  /** What the key that secrets are encrypted with is derived from; the same in every service that opens them. Several by commas while it is changed, the newest first. */
  secretKey: string;
  /** Where webhooks may go. Public addresses on port 443 unless said otherwise. */
  policy?: CallbackPolicy;
  clock?: Clock;
  ids?: Ids;
}

export function openDynamoWebhookEndpoints({
  table,
  secretKey,
  policy = PUBLIC_ONLY,
  clock = new SystemClock(),
  ids = new SystemIds(clock),
  ...dynamo
}: DynamoWebhookEndpointsOptions): WebhookEndpoints {
  return new StoredWebhookEndpoints({ records: new DynamoEndpointRecords(new Dynamo(dynamo), table), secretKey, policy, clock, ids });
}

export interface DynamoWebhookOutboxOptions extends DynamoOptions {
  /** Of deliveries: keyed by `pk` and `sk`, with the index `due` and the time-to-live attribute `expires_at`. */
  table: string;
  endpointsTable: string;
  /** Called when something is due now; in a process that delivers, its deliverer's `nudge`. */
  onDue?: () => void;
  clock?: Clock;
}

export function openDynamoWebhookOutbox({ table, endpointsTable, onDue, clock = new SystemClock(), ...options }: DynamoWebhookOutboxOptions): WebhookOutbox {
  const dynamo = new Dynamo(options);
  return new StoredWebhookOutbox({ deliveries: new DynamoDeliveryRecords(dynamo, table, clock), endpoints: new DynamoEndpointRecords(dynamo, endpointsTable), clock, ...(onDue && { onDue }) });
}
