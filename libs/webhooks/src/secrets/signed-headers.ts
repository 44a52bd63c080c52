import { createHmac } from 'node:crypto';
import type { WebhookSecret } from '../webhook-endpoint.ts';

export interface SignedHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/**
 * The three headers of Standard Webhooks 1.0 over exactly these bytes: HMAC-SHA-256 of
 * `id.timestamp.body`, one signature for each secret, so that a receiver with any of them is content.
 */
export function signedHeaders(webhookId: string, atMs: number, body: Uint8Array, secrets: readonly WebhookSecret[]): SignedHeaders {
  const timestamp = String(Math.floor(atMs / 1_000));
  const sign = (secret: WebhookSecret): string =>
    createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64')).update(`${webhookId}.${timestamp}.`).update(body).digest('base64');
  return { 'webhook-id': webhookId, 'webhook-timestamp': timestamp, 'webhook-signature': secrets.map((secret) => `v1,${sign(secret)}`).join(' ') };
}
