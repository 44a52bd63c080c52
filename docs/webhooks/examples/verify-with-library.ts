// The same with the library of Standard Webhooks: npm install standardwebhooks
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from './verify.ts';

/** The event, when it is genuine and fresh; otherwise the library's WebhookVerificationError. */
export function verifyWithLibrary(secret: string, headers: Record<string, string>, rawBody: Buffer): WebhookEvent {
  return new Webhook(secret).verify(rawBody, headers) as WebhookEvent;
}
