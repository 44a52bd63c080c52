import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1.';

/**
 * Text that a store may keep and nobody read without the key: AES-256-GCM, the key derived by
 * HKDF-SHA-256 for one purpose. Where it is kept (`place`, such as a row's id) is authenticated with
 * it, so that what is copied to another place cannot be opened there.
 */
export class TextSeal {
  readonly #newest: Buffer;
  readonly #keys: readonly Buffer[];

  /** One key, or several by commas, the newest first: that one seals, all of them open. */
  constructor(secretKey: string, purpose: string) {
    const keys = secretKey.split(',').map((key) => key.trim()).filter((key) => key !== '');
    this.#keys = keys.map((key) => Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));
    const [newest] = this.#keys;
    if (newest === undefined) throw new RangeError(`there is no key for ${purpose}`);
    this.#newest = newest;
  }

  seal(text: string, place: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#newest, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return FORMAT + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** Throws when it was sealed with another key or for another place, or changed since. */
  open(sealed: string, place: string): string {
    let failure: unknown;
    for (const key of this.#keys) {
      try {
        return opened(sealed, place, key);
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  }

  /** Whether only an older key opens it. */
  isStale(sealed: string, place: string): boolean {
    const opens = (key: Buffer): boolean => {
      try {
        opened(sealed, place, key);
        return true;
      } catch {
        return false;
      }
    };
    return this.#keys.length > 1 && !opens(this.#newest) && this.#keys.some(opens);
  }
}

function opened(sealed: string, place: string, key: Buffer): string {
  const bytes = Buffer.from(sealed.slice(FORMAT.length), 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}
