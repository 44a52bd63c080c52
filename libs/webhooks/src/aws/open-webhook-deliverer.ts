import { SystemClock, type Clock } from '@manga-assist/foundation';
import { SystemTimers, type Timers } from '@manga-assist/resilience';
import type { WebhookDeliveryObserver } from '../delivering/delivery-observer.ts';
import { PollingWebhookDeliverer } from '../delivering/polling-webhook-deliverer.ts';
import { SocketWebhookSender } from '../delivering/socket-webhook-sender.ts';
import { SecretBox } from '../secrets/secret-box.ts';
import { PUBLIC_ONLY, type CallbackPolicy } from '../urls/callback-policy.ts';
import type { WebhookDeliverer } from '../webhook-deliverer.ts';
import { Dynamo, type DynamoOptions } from './dynamo-client.ts';
import { DynamoDeliveryRecords } from './dynamo-delivery-records.ts';
import { DynamoEndpointRecords } from './dynamo-endpoint-records.ts';

export interface WebhookDelivererOptions extends DynamoOptions {
  /** Of deliveries, as `openDynamoWebhookOutbox` has it. */
  table: string;
  endpointsTable: string;
  /** The same as `openDynamoWebhookEndpoints` has. */
  secretKey: string;
  /** Where webhooks may go. Public addresses on port 443 unless said otherwise. */
  policy?: CallbackPolicy;
  observer?: WebhookDeliveryObserver;
  /** How many requests may be under way at once in this process; 200 unless said otherwise. */
  mostInFlight?: number;
  /** How long it waits when nothing is due; a second unless said otherwise. */
  idleMs?: number;
  clock?: Clock;
  timers?: Timers;
}

/** Delivers what is due in DynamoDB, over connections of its own to checked addresses. */
export function openWebhookDeliverer({
  table,
  endpointsTable,
  secretKey,
  policy = PUBLIC_ONLY,
  observer = {},
  mostInFlight = 200,
  idleMs = 1_000,
  clock = new SystemClock(),
  timers = new SystemTimers(),
  ...options
}: WebhookDelivererOptions): WebhookDeliverer {
  const dynamo = new Dynamo(options);
  return new PollingWebhookDeliverer({
    deliveries: new DynamoDeliveryRecords(dynamo, table, clock),
    endpoints: new DynamoEndpointRecords(dynamo, endpointsTable),
    box: new SecretBox(secretKey),
    sender: new SocketWebhookSender({ policy, clock, timers }),
    clock,
    timers,
    observer,
    mostInFlight,
    idleMs,
    random: Math.random,
  });
}
