import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { Writable } from 'node:stream';

export type Protocol = 'http/1.1' | 'h2';

/** A body longer than this is refused, on both protocols. */
export const BODY_LIMIT_BYTES = 25 * 1024 * 1024;

export class BodyTooLargeError extends Error {}

/** One request and its reply, the same over HTTP/1.1 and HTTP/2. */
export class Exchange {
  readonly startedAt = performance.now();
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly protocol: Protocol;
  readonly connectionId: number;
  private readonly request: IncomingMessage | Http2ServerRequest;
  private readonly response: ServerResponse | Http2ServerResponse;
  private readonly gone = new AbortController();
  private ended = false;

  constructor(
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
    protocol: Protocol,
    connectionId: number,
  ) {
    this.request = request;
    this.response = response;
    this.protocol = protocol;
    this.connectionId = connectionId;
    this.method = request.method ?? 'GET';
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    this.path = path;
    this.query = new URLSearchParams(query);
    const stream: Writable = response;
    stream.on('error', () => undefined);
    // HTTP/2 replies say `finish` even when the client reset the stream, so we keep our own flag.
    stream.once('close', () => {
      if (!this.ended) this.gone.abort();
    });
  }

  /** Aborted when the client leaves before the reply is complete. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  get hasAnswered(): boolean {
    return this.response.headersSent;
  }

  /** The region the caller signed for. */
  get region(): string {
    return /Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\//.exec(this.header('authorization') ?? '')?.[1] ?? 'us-east-1';
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  async readBody(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > BODY_LIMIT_BYTES) throw new BodyTooLargeError();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, length);
  }

  reply(status: number, headers: Record<string, string | number>, body: string | Buffer): void {
    if (this.response.headersSent || this.response.destroyed) return;
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    this.ended = true;
    this.writeHead(status, { ...headers, 'content-length': bytes.length });
    this.response.end(bytes);
  }

  /** Begins a reply whose body follows with `write`. */
  open(status: number, headers: Record<string, string | number>): void {
    this.writeHead(status, headers);
  }

  /** Resolves when the client keeps up again, or has left. */
  async write(bytes: Buffer): Promise<void> {
    const stream: Writable = this.response;
    if (bytes.length === 0 || this.signal.aborted || stream.destroyed) return;
    if (stream.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stream.off('drain', done);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      stream.once('drain', done);
      this.signal.addEventListener('abort', done);
    });
  }

  async end(): Promise<void> {
    const stream: Writable = this.response;
    if (stream.destroyed) return;
    this.ended = true;
    await new Promise<void>((resolve) => stream.end(resolve));
  }

  /** Resolves when the bytes have left this process as far as we can tell. */
  async flush(bytes: Buffer): Promise<void> {
    const stream: Writable = this.response;
    if (this.signal.aborted || stream.destroyed) return;
    await new Promise<void>((resolve) => stream.write(bytes, () => setImmediate(resolve)));
  }

  private writeHead(status: number, headers: Record<string, string | number>): void {
    // The two protocols' `writeHead` have no common signature.
    if (this.protocol === 'h2') (this.response as Http2ServerResponse).writeHead(status, headers);
    else (this.response as ServerResponse).writeHead(status, headers);
  }

  /** Breaks the connection in the middle: RST_STREAM on HTTP/2, a closed socket on HTTP/1.1. */
  cut(): void {
    if (this.protocol === 'h2') (this.response as Http2ServerResponse).stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    else this.request.socket.destroy();
  }
}
