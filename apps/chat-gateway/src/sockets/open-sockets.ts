import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ChatGatewayConfig } from '../config.ts';
import type { ChatSocket } from './chat-socket.ts';

const HEARTBEAT_LOST = 4000;

/** Every socket of this gateway, and the heartbeat that finds the dead ones. */
@Injectable()
export class OpenSockets implements OnApplicationShutdown {
  readonly #sockets = new Map<ChatSocket, { silences: number }>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(config: ChatGatewayConfig) {
    this.#heartbeat = setInterval(() => this.#beat(), config.heartbeatMs).unref();
  }

  get count(): number {
    return this.#sockets.size;
  }

  add(socket: ChatSocket): void {
    this.#sockets.set(socket, { silences: 0 });
  }

  remove(socket: ChatSocket): void {
    this.#sockets.delete(socket);
  }

  [Symbol.iterator](): Iterator<ChatSocket> {
    return this.#sockets.keys();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#heartbeat);
  }

  #beat(): void {
    for (const [socket, health] of this.#sockets) {
      health.silences = socket.wasHeard ? 0 : health.silences + 1;
      socket.wasHeard = false;
      // Two pings without an answer: whoever was there is gone, and the turn goes on for its return.
      if (health.silences >= 2) socket.close(HEARTBEAT_LOST, 'heartbeat lost');
      else socket.ping();
    }
  }
}
