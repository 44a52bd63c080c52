import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * One keep-alive HTTP/1.1 connection that sends the same request again and again and only counts
 * bytes, so that the load generator costs far less than what it measures.
 */
export class RawHttpConnection {
  readonly #socket: Socket;
  readonly #request: Buffer;
  #buffered: Buffer = Buffer.alloc(0);
  #waiting: ((reply: { status: number; body: Buffer }) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: Socket, request: Buffer) {
    this.#socket = socket;
    this.#request = request;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the connection was closed')));
  }

  static open(url: URL, path: string, headers: Record<string, string>, body: string): Promise<RawHttpConnection> {
    const head = Object.entries({ host: url.host, 'content-length': String(Buffer.byteLength(body)), ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    const request = Buffer.from(`POST ${path} HTTP/1.1\r\n${head}\r\n${body}`);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawHttpConnection(socket, request));
      });
    });
  }

  send(): Promise<{ status: number; body: Buffer }> {
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      this.#failed = reject;
      this.#socket.write(this.#request);
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
