import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/** A whole HTTP/1.1 request as bytes; a POST when it has a body. */
export function httpRequest(url: URL, path: string, headers: Readonly<Record<string, string>>, body = ''): Buffer {
  const length: Record<string, string> = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const head = Object.entries({ host: url.host, ...length, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return Buffer.from(`${body === '' ? 'GET' : 'POST'} ${path} HTTP/1.1\r\n${head}\r\n${body}`);
}

/**
 * One keep-alive HTTP/1.1 connection, one request at a time, that only counts bytes: the load
 * generator costs far less than what it measures.
 */
export class RawHttpConnection {
  readonly #socket: Socket;
  #buffered: Buffer = Buffer.alloc(0);
  #waiting: ((reply: { status: number; body: Buffer }) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the connection was closed')));
  }

  static open(url: URL): Promise<RawHttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawHttpConnection(socket));
      });
    });
  }

  send(request: Buffer): Promise<{ status: number; body: Buffer }> {
    if (this.#socket.destroyed) return Promise.reject(new Error('the connection was closed'));
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  #read(chunk: Buffer): void {
    this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk]);
    const headEnd = this.#buffered.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#buffered.toString('latin1', 0, headEnd);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    const total = headEnd + HEAD_END.length + length;
    if (this.#buffered.length < total) return;
    const body = this.#buffered.subarray(headEnd + HEAD_END.length, total);
    this.#buffered = this.#buffered.subarray(total);
    this.#failed = undefined;
    this.#waiting?.({ status: Number(head.slice(9, 12)), body });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }
}
