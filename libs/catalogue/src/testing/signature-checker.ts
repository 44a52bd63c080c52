import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface CheckedRequest {
  method: string;
  path: string;
  isSignatureRight: boolean;
  service: string;
  region: string;
  /** Of the header x-amz-content-sha256, against the body that came. */
  isBodyHashRight: boolean;
  signedHeaders: string[];
}

const SCHEME = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** A server in front of nothing: checks each request's AWS signature (SigV4) by working it out anew, and answers with an empty index. */
export class SignatureChecker {
  readonly requests: CheckedRequest[] = [];
  readonly #server: Server;

  constructor(secretAccessKey: string) {
    this.#server = createServer(async (request, response) => {
      this.requests.push(check(request, await buffer(request), secretAccessKey));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ count: 0, errors: false, items: [], hits: { hits: [] }, responses: [], docs: [] }));
    });
  }

  async start(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function check({ method = '', url = '', headers }: IncomingMessage, body: Buffer, secretAccessKey: string): CheckedRequest {
  const [, , date = '', region = '', service = '', signed = '', signature = ''] = SCHEME.exec(headers.authorization ?? '') ?? [];
  const address = new URL(url, 'http://x');
  const names = signed.split(';');
  const bodyHash = sha256(body);
  const canonical = [
    method,
    // Every service but S3 has each part of the path encoded once more.
    address.pathname.split('/').map(encoded).join('/'),
    [...address.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort().join('&'),
    ...names.map((name) => `${name}:${String(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signed,
    bodyHash,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], `${date}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<Uint8Array>((secret, part) => hmac(secret, part), Buffer.from(`AWS4${secretAccessKey}`));
  return {
    method,
    path: url,
    isSignatureRight: hmac(key, toSign).toString('hex') === signature,
    service,
    region,
    isBodyHashRight: headers['x-amz-content-sha256'] === bodyHash,
    signedHeaders: names,
  };
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Uint8Array, data: string): Buffer => createHmac('sha256', key).update(data).digest();
const encoded = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
