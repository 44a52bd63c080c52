import type { JobEventType } from '@manga-assist/schemas/events';

export interface WebhookOwner {
  tenantId: string;
  subject: string;
}

/** Where an owner wants to be told, and of what. */
export interface WebhookEndpoint {
  /** `whe_…`. */
  endpointId: string;
  owner: WebhookOwner;
  url: string;
  /** Empty: of everything. */
  eventTypes: readonly JobEventType[];
  status: 'enabled' | 'disabled';
  /** Why it is off: `gone` (410), `failing` (120 h of failures), or `owner`. */
  disabledBecause?: 'gone' | 'failing' | 'owner';
  createdAtMs: number;
  /** A registered endpoint, or the one for all callbacks to a host, made by the first callback_url that named it. */
  origin: 'registered' | 'callback';
  /** When the first of an unbroken row of failures was. */
  failingSinceMs?: number;
  /** An older secret signs as well until then. */
  previousSecretUntilMs?: number;
}

/** An address that a request named. */
export interface WebhookCallback {
  endpoint: WebhookEndpoint;
  reference: string;
}

/** A secret as it is shown, once: `whsec_` and 32 bytes in base64. */
export type WebhookSecret = `whsec_${string}`;

/**
 * Endpoints by owner; another's and none look the same. Secrets are encrypted at rest and leave this
 * port only when they are made. Errors: `invalid` `webhooks.url-refused` with what is wrong with it,
 * `webhooks.too-many-endpoints` (20 an owner), `webhooks.too-many-callbacks` (to 100 hosts); `unavailable` `webhooks.unavailable`.
 */
export abstract class WebhookEndpoints {
  abstract register(
    owner: WebhookOwner,
    endpoint: { url: string; eventTypes: readonly JobEventType[] },
    signal: AbortSignal,
  ): Promise<{ endpoint: WebhookEndpoint; secret: WebhookSecret }>;
  /**
   * Who signs for this address: the owner's registered endpoint for it, whatever the query, or else the one
   * for callbacks to its host, made when there is none (its secret is then asked for by `rotateSecret`).
   * `reference` is what the outbox takes to send to just this address. An endpoint may be off: see `status`.
   */
  abstract forCallback(owner: WebhookOwner, url: string, signal: AbortSignal): Promise<WebhookCallback>;
  abstract list(owner: WebhookOwner, signal: AbortSignal): Promise<readonly WebhookEndpoint[]>;
  abstract get(owner: WebhookOwner, endpointId: string, signal: AbortSignal): Promise<WebhookEndpoint | undefined>;
  /** What is known of its health is forgotten as far as it says nothing of the changed endpoint. */
  abstract update(
    owner: WebhookOwner,
    endpointId: string,
    change: { url?: string; eventTypes?: readonly JobEventType[]; status?: 'enabled' | 'disabled' },
    signal: AbortSignal,
  ): Promise<WebhookEndpoint | undefined>;
  /** A new secret; the old one signs beside it for 24 hours. */
  abstract rotateSecret(owner: WebhookOwner, endpointId: string, signal: AbortSignal): Promise<{ endpoint: WebhookEndpoint; secret: WebhookSecret } | undefined>;
  /** With all that is known of it; what is still to be delivered is dropped. */
  abstract remove(owner: WebhookOwner, endpointId: string, signal: AbortSignal): Promise<boolean>;
  abstract close(): Promise<void>;
}
