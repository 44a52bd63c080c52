import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Ids } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { Logger } from '@manga-assist/observability';
import { WebSocketServer, type WebSocket } from 'ws';
import { ChatGatewayConfig } from '../config.ts';
import { MOST_FRAME_BYTES } from '../frames/read-frame.ts';
import { ChatGateway } from '../turns/chat.gateway.ts';
import { TurnAdmission } from '../turns/turn-admission.ts';
import { ChatSocket } from './chat-socket.ts';
import { CHAT_PROTOCOL, checkHandshake } from './check-handshake.ts';
import { OpenSockets } from './open-sockets.ts';
import { ShopperCheck } from './shopper-check.ts';
import { refuseUpgrade, UpgradeRefusal } from './upgrade-refusal.ts';

/** A frame over the protocol's limit is answered and forgiven; one over this closes the socket (1009). */
const MOST_PAYLOAD_BYTES = 128 * 1024;

/**
 * Opens sockets on the service's own HTTP server. Who may not come in is told so as HTTP, before the
 * protocol changes; a ticket is never repeated in the answer.
 */
@Injectable()
export class UpgradeGate implements OnApplicationBootstrap {
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MOST_PAYLOAD_BYTES,
    // Never the first one offered, as would be the default: that may be the ticket.
    handleProtocols: () => CHAT_PROTOCOL,
  });

  constructor(
    private readonly config: ChatGatewayConfig,
    private readonly http: HttpAdapterHost,
    private readonly shoppers: ShopperCheck,
    private readonly sockets: OpenSockets,
    private readonly chat: ChatGateway,
    private readonly admission: TurnAdmission,
    private readonly ids: Ids,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const server = this.http.httpAdapter.getHttpServer() as Server;
    server.on('upgrade', (request, stream, head) => void this.#admit(request, stream, head));
  }

  async #admit(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    // A client that leaves during the handshake is no news.
    stream.on('error', () => stream.destroy());
    try {
      const handshake = checkHandshake(request, this.config.allowedOrigins);
      if (this.admission.isDraining) throw new UpgradeRefusal(503, 'chat.draining', 'This server is restarting. Please connect again.', { 'retry-after': '1' });
      if (this.sockets.count >= this.config.maxSockets) throw new UpgradeRefusal(503, 'chat.overloaded', 'Too many shoppers just now. Please try again.', { 'retry-after': '5' });
      const principal = await this.shoppers.principalOf(handshake);
      if (stream.destroyed) return;
      this.#server.handleUpgrade(request, stream, head, (socket) => this.#open(socket, stream, principal));
    } catch (error) {
      refuseUpgrade(stream, this.#refusalOf(error), this.ids.uuid());
    }
  }

  #open(socket: WebSocket, stream: Duplex, principal: Principal): void {
    const chatSocket = new ChatSocket({ socket, stream, principal, ids: this.ids, slowReaderMs: this.config.slowReaderMs });
    this.sockets.add(chatSocket);
    socket.on('message', (data, isBinary) => {
      chatSocket.wasHeard = true;
      this.#receive(chatSocket, data as Buffer, isBinary);
    });
    socket.on('pong', () => (chatSocket.wasHeard = true));
    // Broken frames close the socket by themselves, with the code that the protocol has for it.
    socket.on('error', (error) => this.logger.debug({ error, sessionId: chatSocket.sessionId }, 'a client broke the WebSocket protocol'));
    socket.once('close', () => this.sockets.remove(chatSocket));
    chatSocket.send({
      type: 'hello',
      session_id: chatSocket.sessionId,
      heartbeat_ms: this.config.heartbeatMs,
      max_frame_bytes: MOST_FRAME_BYTES,
      resume_window_s: this.config.resumeWindowSeconds,
      auth_expires_at: null,
    });
  }

  #receive(socket: ChatSocket, data: Buffer, isBinary: boolean): void {
    try {
      this.chat.receive(socket, data, isBinary);
    } catch (error) {
      this.logger.error({ error, sessionId: socket.sessionId }, 'a frame failed unexpectedly');
      socket.refuse({ code: 'internal' });
    }
  }

  #refusalOf(error: unknown): UpgradeRefusal {
    if (error instanceof UpgradeRefusal) return error;
    this.logger.error({ error }, 'nobody can say who opens a socket');
    return new UpgradeRefusal(503, 'chat.unavailable', 'The chat cannot be opened just now. Please try again.', { 'retry-after': '1' });
  }
}
