import { createHmac, hash } from 'node:crypto';

type Bytes = string | ArrayBuffer | ArrayBufferView;

/** The last hash keyed with a text: signing asks for the same one, of the credentials, with every request. */
let last: { secret: string; data: Buffer; digest: Buffer } | undefined;

/**
 * SHA-256 for the SDK's signer: in one go, where the SDK's own makes an object that it copies for the
 * result, and with the one answer remembered that never changes.
 */
export class Sha256 {
  readonly #secret: Bytes | undefined;
  #parts: Buffer[] = [];

  constructor(secret?: Bytes) {
    this.#secret = secret;
  }

  update(data: Bytes): void {
    this.#parts.push(toBuffer(data));
  }

  digest(): Promise<Uint8Array> {
    const [first] = this.#parts;
    return Promise.resolve(this.#digestOf(this.#parts.length === 1 && first ? first : Buffer.concat(this.#parts)));
  }

  reset(): void {
    this.#parts = [];
  }

  #digestOf(data: Buffer): Buffer {
    const secret = this.#secret;
    if (secret === undefined) return hash('sha256', data, 'buffer');
    if (typeof secret !== 'string') return createHmac('sha256', toBuffer(secret)).update(data).digest();
    if (last?.secret !== secret || !last.data.equals(data)) last = { secret, data, digest: createHmac('sha256', secret).update(data).digest() };
    return last.digest;
  }
}

function toBuffer(data: Bytes): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
