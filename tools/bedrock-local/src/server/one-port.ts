import { createServer as createHttp1, type Server as Http1Server } from 'node:http';
import { createServer as createHttp2, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { createServer as createTcp, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { Exchange } from './exchange.ts';

export type ExchangeHandler = (exchange: Exchange) => Promise<void>;

/**
 * HTTP/1.1 and cleartext HTTP/2 on one port. The runtime SDK client speaks HTTP/2 with prior knowledge, the
 * control-plane client and curl speak HTTP/1.1; the first bytes tell which.
 */
export class OnePort {
  private readonly http1: Http1Server;
  private readonly http2: Http2Server;
  private readonly front: TcpServer;
  private readonly sockets = new Set<Socket>();
  private readonly sessions = new Set<ServerHttp2Session>();
  /** Remote port → number of the connection, counted from 1. */
  private readonly connectionIds = new Map<number, number>();
  private opened = 0;

  constructor(handler: ExchangeHandler) {
    this.http1 = createHttp1({ keepAliveTimeout: 65_000 }, (request, response) => {
      void handler(new Exchange(request, response, 'http/1.1', this.connectionOf(request.socket)));
    });
    this.http2 = createHttp2({ settings: { maxConcurrentStreams: 1_000 } }, (request, response) => {
      void handler(new Exchange(request, response, 'h2', this.connectionOf(request.socket)));
    });
    this.http2.on('session', (session) => {
      this.sessions.add(session);
      session.on('error', () => session.destroy());
      session.once('close', () => this.sessions.delete(session));
    });
    this.front = createTcp({ noDelay: true }, (socket) => this.accept(socket));
  }

  get connectionsOpened(): number {
    return this.opened;
  }

  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.front.once('error', reject);
      this.front.listen(port, host, () => {
        this.front.off('error', reject);
        resolve((this.front.address() as AddressInfo).port);
      });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.front.close(() => resolve()));
    for (const session of this.sessions) session.destroy();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  resetCount(): void {
    this.opened = 0;
  }

  private accept(socket: Socket): void {
    this.opened += 1;
    const { remotePort } = socket;
    this.sockets.add(socket);
    if (remotePort !== undefined) this.connectionIds.set(remotePort, this.opened);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.sockets.delete(socket);
      if (remotePort !== undefined) this.connectionIds.delete(remotePort);
    });
    this.peek(socket, Buffer.alloc(0));
  }

  // Reading in a `data` handler would leave the socket flowing, which breaks the HTTP/2 session.
  private peek(socket: Socket, before: Buffer): void {
    socket.once('readable', () => {
      const chunk: unknown = socket.read();
      if (!Buffer.isBuffer(chunk)) return;
      const head = Buffer.concat([before, chunk]);
      if (head.length < 3) return this.peek(socket, head);
      socket.unshift(head);
      const server = head.toString('latin1', 0, 3) === 'PRI' ? this.http2 : this.http1;
      server.emit('connection', socket);
    });
  }

  private connectionOf(socket: { remotePort?: number | undefined }): number {
    return this.connectionIds.get(socket.remotePort ?? -1) ?? 0;
  }
}
