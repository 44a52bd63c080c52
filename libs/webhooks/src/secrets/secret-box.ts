import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '@manga-assist/foundation';
import type { WebhookSecret } from '../webhook-endpoint.ts';

const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1.';

export function newSecret(): WebhookSecret {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/**
 * Secrets at rest: AES-256-GCM, the key derived by HKDF-SHA-256. The endpoint's id is authenticated
 * with it, so that a secret copied into another endpoint's row cannot be opened there.
 */
export class SecretBox {
  readonly #newest: Buffer;
  readonly #keys: readonly Buffer[];

  /** One key, or several by commas, the newest first: that one seals, all of them open. */
  constructor(secretKey: string) {
    const keys = secretKey.split(',').map((key) => key.trim()).filter((key) => key !== '');
    this.#keys = keys.map((key) => Buffer.from(hkdfSync('sha256', key, '', 'manga-assist webhook secrets', 32)));
    const [newest] = this.#keys;
    if (newest === undefined) throw new RangeError('there is no key for webhook secrets');
    this.#newest = newest;
  }

  seal(secret: WebhookSecret, endpointId: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#newest, nonce).setAAD(Buffer.from(endpointId));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return FORMAT + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** Errors: `bug` `webhooks.secret-unreadable`: written with another key, for another endpoint, or changed since. */
  open(sealed: string, endpointId: string): WebhookSecret {
    let failure: unknown;
    for (const key of this.#keys) {
      try {
        return opened(sealed, endpointId, key);
      } catch (error) {
        failure ??= error;
      }
    }
    throw new AppError('bug', 'webhooks.secret-unreadable', 'A webhook’s secret cannot be read.', { cause: failure, details: { endpointId } });
  }

  /** Whether only an older key opens it. */
  isStale(sealed: string, endpointId: string): boolean {
    const opens = (key: Buffer): boolean => {
      try {
        opened(sealed, endpointId, key);
        return true;
      } catch {
        return false;
      }
    };
    return this.#keys.length > 1 && !opens(this.#newest) && this.#keys.some(opens);
  }

  /** With the newest key what an older one has sealed; anything else as it is. */
  sealedAnew(sealed: string, endpointId: string): string {
    return this.isStale(sealed, endpointId) ? this.seal(this.open(sealed, endpointId), endpointId) : sealed;
  }
}

function opened(sealed: string, endpointId: string, key: Buffer): WebhookSecret {
  const bytes = Buffer.from(sealed.slice(FORMAT.length), 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(endpointId))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8') as WebhookSecret;
}
