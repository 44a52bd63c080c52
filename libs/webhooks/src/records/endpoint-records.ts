import type { WebhookEndpoint, WebhookOwner } from '../webhook-endpoint.ts';

/** An endpoint as it is stored: with its secrets, sealed. */
export interface EndpointRecord extends Omit<WebhookEndpoint, 'owner' | 'failingSinceMs' | 'previousSecretUntilMs'> {
  secret: string;
  /** When a request named it last, to the day; of those that callbacks have made. */
  lastNamedAtMs?: number;
  /** Newest first; they sign as well until then. */
  previousSecrets: readonly { secret: string; untilMs: number }[];
}

/** What deliverers know of an endpoint. They write it, its owner does not. */
export interface EndpointHealth {
  version: number;
  /** When the first of an unbroken row of failures was. */
  failingSinceMs?: number;
  /** It took the last thing of which anything was learnt: deliverers that do not know it yet need not be wary of it. */
  hasTaken?: true;
  /** The pause between two requests; longer than the least one while the endpoint asks for less. */
  spacingMs: number;
  /** Nothing is sent before. */
  nextSlotMs: number;
  /** Up to then what could not be sent in time has been put off. */
  deferredUntilMs: number;
}

/** All of an owner's endpoints: one record, so that a change of it is one conditional write. */
export interface OwnerRecord {
  /** 0: nothing is stored. */
  version: number;
  endpoints: readonly EndpointRecord[];
  /** By endpoint id; none for an endpoint to which nothing has been sent. */
  health: ReadonlyMap<string, EndpointHealth>;
}

/** Where endpoints are kept. Writes are by version: false means that somebody else has written since. Errors: `unavailable` `webhooks.unavailable`. */
export abstract class EndpointRecords {
  abstract read(owner: WebhookOwner, signal: AbortSignal): Promise<OwnerRecord>;
  abstract write(owner: WebhookOwner, endpoints: readonly EndpointRecord[], seenVersion: number, signal: AbortSignal): Promise<boolean>;
  abstract writeHealth(owner: WebhookOwner, endpointId: string, health: Omit<EndpointHealth, 'version'>, seenVersion: number, signal: AbortSignal): Promise<boolean>;
  abstract removeHealth(owner: WebhookOwner, endpointId: string, signal: AbortSignal): Promise<void>;
  abstract close(): Promise<void>;
}
