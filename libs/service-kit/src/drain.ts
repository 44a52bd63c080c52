import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often connections that fell idle are looked for, in milliseconds. */
const IDLE_CHECK_MS = 50;

/** Stops a server without losing an answer: no new connections, idle ones closed, busy ones given their time. */
export class Drain {
  readonly #server: Server;
  readonly #timeoutMs: number;
  /** Upgraded sockets too, which the server itself no longer counts as its own. */
  readonly #sockets = new Set<Socket>();
  readonly #hasEnded = Promise.withResolvers<void>();
  #isDraining = false;
  #isClosed = false;

  constructor(server: Server, timeoutMs: number) {
    this.#server = server;
    this.#timeoutMs = timeoutMs;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        this.#endWhenEmpty();
      });
    });
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Resolves when the last connection has ended; the adapters may be closed then. */
  get hasEnded(): Promise<void> {
    return this.#hasEnded.promise;
  }

  /** Calls `stop`, the rest of the application's end, while connections finish; cuts what is left when the time is up. */
  async around(stop: () => Promise<void>): Promise<void> {
    this.#isDraining = true;
    // A server that never listened calls back with an error, which is an end as well.
    this.#server.close(() => {
      this.#isClosed = true;
      this.#endWhenEmpty();
    });
    this.#server.closeIdleConnections();
    const idleCheck = setInterval(() => this.#server.closeIdleConnections(), IDLE_CHECK_MS);
    const cut = setTimeout(() => this.#sockets.forEach((socket) => socket.destroy()), this.#timeoutMs);
    try {
      await stop();
    } finally {
      clearInterval(idleCheck);
      clearTimeout(cut);
    }
  }

  /** A server is closed a moment before its last sockets are, and only these tell their handlers. */
  #endWhenEmpty(): void {
    if (this.#isClosed && this.#sockets.size === 0) this.#hasEnded.resolve();
  }
}
