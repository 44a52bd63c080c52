import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenRequest {
  operation: string;
  modelId: string;
  headers: IncomingHttpHeaders;
  body: unknown;
}

/** Plays one reply; whatever it leaves open stays open until the client or `close()` ends it. */
export type Reply = (response: ServerResponse, request: SeenRequest) => void;

/**
 * An HTTP/1.1 endpoint that answers as it is told, byte by byte: for what a faithful local Bedrock
 * never does. Counts its connections, so that a client can prove that it keeps them.
 */
export class BedrockEndpoint {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #replies: Reply[] = [];
  #connections = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const [, , modelId = '', operation = ''] = (request.url ?? '').split('/');
        const text = Buffer.concat(parts).toString('utf8');
        const seen = { operation, modelId: decodeURIComponent(modelId), headers: request.headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
        this.requests.push(seen);
        const reply = this.#replies.length > 1 ? this.#replies.shift() : this.#replies[0];
        if (reply) reply(response, seen);
        else response.writeHead(500).end();
      });
    });
    this.#server.on('connection', (socket) => {
      this.#connections++;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<BedrockEndpoint> {
    const endpoint = new BedrockEndpoint();
    await new Promise<void>((resolve) => endpoint.#server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections accepted since the start. */
  get connections(): number {
    return this.#connections;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** What the next requests are answered, in order; the last reply stays. */
  reply(...replies: Reply[]): void {
    this.#replies = replies;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** An event stream of these bytes; `then` what happens to the connection afterwards. */
export function streams(bytes: readonly Buffer[], then: 'end' | 'cut' | 'hang' = 'end'): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'r' });
    const body = Buffer.concat(bytes);
    if (then === 'end') response.end(body);
    else if (body.length === 0) response.flushHeaders();
    else response.write(body, () => then === 'cut' && response.socket?.destroy());
    if (then === 'cut' && body.length === 0) response.socket?.destroy();
  };
}

export function answers(body: unknown): Reply {
  return (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** An HTTP error as Bedrock words it. */
export function refuses(status: number, name: string, { message = 'text of Bedrock', headers = {} }: { message?: string; headers?: Record<string, string> } = {}): Reply {
  return (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/`, ...headers })
      .end(JSON.stringify({ message }));
}

/** Never answers. */
export const hangs: Reply = () => undefined;
