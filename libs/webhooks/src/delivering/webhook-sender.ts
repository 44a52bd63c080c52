import type { SignedHeaders } from '../secrets/signed-headers.ts';
import type { WebhookAttempt } from '../webhook-delivery.ts';

export interface WebhookRequest {
  url: string;
  headers: SignedHeaders;
  /** The bytes that were signed. */
  body: Uint8Array;
}

export interface WebhookAnswer extends Pick<WebhookAttempt, 'outcome' | 'httpStatus' | 'obstacle'> {
  /** What the endpoint asked for, bounded. */
  retryAfterMs?: number;
}

/** Sends one request, once. Whatever the endpoint does is an answer; the only error is `cancelled`, when the signal fires. */
export abstract class WebhookSender {
  abstract send(request: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer>;
}
