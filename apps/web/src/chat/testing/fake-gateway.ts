import type { ClientFrame, HelloFrame, ServerFrame, TurnStartedFrame, TurnUsageFrame } from '@manga-assist/schemas/chat';
import type { ProductCard } from '@manga-assist/schemas/tools';
import { until } from '@manga-assist/foundation/testing';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A real socket server that says what the test tells it to, after a `hello` of its own. */
export class FakeGateway {
  readonly sockets: FakeSocket[] = [];
  readonly #server: WebSocketServer;

  private constructor(server: WebSocketServer, hello: Partial<HelloFrame>) {
    this.#server = server;
    server.on('connection', (socket, request) => {
      this.sockets.push(new FakeSocket(socket, request.headers['sec-websocket-protocol'] ?? ''));
      socket.send(JSON.stringify(aHello(hello)));
    });
  }

  static async listen({ port = 0, hello = {} }: { port?: number; hello?: Partial<HelloFrame> } = {}): Promise<FakeGateway> {
    const server = new WebSocketServer({ host: '127.0.0.1', port, handleProtocols: () => 'mangaassist.v1' });
    await new Promise((resolve) => server.once('listening', resolve));
    return new FakeGateway(server, hello);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/chat`;
  }

  /** Waits for connection number `index`, from 0. */
  socket(index: number): Promise<FakeSocket> {
    return until(`connection ${index}`, () => this.sockets[index]);
  }

  async close(): Promise<void> {
    for (const { socket } of this.sockets) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export class FakeSocket {
  readonly received: ClientFrame[] = [];
  /** Null while the client is connected. */
  closeCode: number | null = null;

  constructor(
    readonly socket: WebSocket,
    readonly protocols: string,
  ) {
    socket.on('message', (data) => this.received.push(JSON.parse(String(data)) as ClientFrame));
    socket.on('close', (code) => (this.closeCode = code));
  }

  send(...frames: readonly ServerFrame[]): void {
    for (const frame of frames) this.socket.send(JSON.stringify(frame));
  }

  /** Says the words as tokens, from `firstSequence` on. */
  sendTokens(words: readonly string[], firstSequence = 1): void {
    this.send(...words.map((data, index) => ({ type: 'token', data, sequence: firstSequence + index }) as const));
  }

  /** Waits for the next frame of a type and takes it away. */
  next<T extends ClientFrame['type']>(type: T): Promise<Extract<ClientFrame, { type: T }>> {
    return until(`a ${type} frame`, () => {
      const index = this.received.findIndex((frame) => frame.type === type);
      return index < 0 ? null : (this.received.splice(index, 1)[0] as Extract<ClientFrame, { type: T }>);
    });
  }
}

export const TURN_ID = 'trn_01J0000000000000000000TURN';
export const CONVERSATION_ID = '6f9c2b1e-7d1a-4c2f-9b57-0c1d2e3f4a5b';

export function aHello(changes: Partial<HelloFrame> = {}): HelloFrame {
  return { type: 'hello', session_id: 'ses_1', heartbeat_ms: 25_000, max_frame_bytes: 32_768, resume_window_s: 120, auth_expires_at: null, ...changes };
}

export function aTurnStarted(clientMessageId: string, changes: Partial<TurnStartedFrame> = {}): TurnStartedFrame {
  return {
    type: 'turn.started',
    turn_id: TURN_ID,
    epoch: 'e1',
    conversation_id: CONVERSATION_ID,
    client_message_id: clientMessageId,
    model: 'haiku',
    degraded: false,
    cached: false,
    duplicate: false,
    ...changes,
  };
}

export function aTurnUsage(changes: Partial<TurnUsageFrame> = {}): TurnUsageFrame {
  return {
    type: 'turn.usage',
    turn_id: TURN_ID,
    model: 'haiku',
    degraded: false,
    rounds: 2,
    usage: { input_tokens: 1812, output_tokens: 164 },
    estimated_cost_usd: 0.000658,
    first_token_ms: 412,
    latency_ms: 2310,
    ...changes,
  };
}

export function aProductCard(changes: Partial<ProductCard> = {}): ProductCard {
  return {
    manga_id: 'MNG-7K2M9Q4X',
    title_ja: '海賊の海',
    title_romaji: 'Kaizoku no Umi',
    title_en: 'Sea of Pirates',
    authors: ['Nami Umino'],
    price_jpy: 528,
    stock: { volumes: 4, volumes_in_stock: 3 },
    cover_url: null,
    ...changes,
  };
}

export const aComplete = { type: 'complete', usage: { input_tokens: 1812, output_tokens: 164 }, stop_reason: 'end_turn' } as const satisfies ServerFrame;
