import { randomBytes } from 'node:crypto';
import { AppError, TextSeal } from '@manga-assist/foundation';
import type { WebhookSecret } from '../webhook-endpoint.ts';

const SECRET_BYTES = 32;

export function newSecret(): WebhookSecret {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** Secrets at rest. The endpoint's id is sealed with each, so that one copied into another endpoint's row cannot be opened there. */
export class SecretBox {
  readonly #seal: TextSeal;

  /** One key, or several by commas, the newest first: that one seals, all of them open. */
  constructor(secretKey: string) {
    this.#seal = new TextSeal(secretKey, 'manga-assist webhook secrets');
  }

  seal(secret: WebhookSecret, endpointId: string): string {
    return this.#seal.seal(secret, endpointId);
  }

  /** Errors: `bug` `webhooks.secret-unreadable`: written with another key, for another endpoint, or changed since. */
  open(sealed: string, endpointId: string): WebhookSecret {
    try {
      return this.#seal.open(sealed, endpointId) as WebhookSecret;
    } catch (cause) {
      throw new AppError('bug', 'webhooks.secret-unreadable', 'A webhook’s secret cannot be read.', { cause, details: { endpointId } });
    }
  }

  /** Whether only an older key opens it. */
  isStale(sealed: string, endpointId: string): boolean {
    return this.#seal.isStale(sealed, endpointId);
  }

  /** With the newest key what an older one has sealed; anything else as it is. */
  sealedAnew(sealed: string, endpointId: string): string {
    return this.isStale(sealed, endpointId) ? this.seal(this.open(sealed, endpointId), endpointId) : sealed;
  }
}
