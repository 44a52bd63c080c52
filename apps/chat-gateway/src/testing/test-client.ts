import { randomUUID } from 'node:crypto';
import { until } from '@manga-assist/foundation/testing';
import type { ServerFrame } from '@manga-assist/schemas/chat';
import { WebSocket, type ClientOptions } from 'ws';

type Frame<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>;

/** A shopper's client over a real socket, which keeps everything it was sent. */
export class TestClient {
  readonly frames: ServerFrame[] = [];
  /** The frames as they came over the wire. */
  readonly raw: string[] = [];
  closed: { code: number; reason: string } | undefined;
  /** The subprotocol the server chose. */
  readonly socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.raw.push(String(data));
      this.frames.push(JSON.parse(String(data)) as ServerFrame);
    });
    socket.on('close', (code, reason) => (this.closed = { code, reason: String(reason) }));
    socket.on('error', () => undefined);
  }

  static async connect(url: string, { protocols = ['mangaassist.v1'], ...options }: ClientOptions & { protocols?: string[] } = {}): Promise<TestClient> {
    const client = new TestClient(new WebSocket(url, protocols, options));
    await client.first('hello');
    return client;
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** Asks and gives the client message id. */
  question(text: string, more: Record<string, unknown> = {}): string {
    const frame = { type: 'chat.send', client_message_id: randomUUID(), text, ...more };
    this.send(frame);
    return frame.client_message_id;
  }

  /** The first frame of that type, from `after` on. */
  first<T extends ServerFrame['type']>(type: T, after = 0): Promise<Frame<T>> {
    return until(`a ${type} among ${this.frames.length} frames`, () => this.frames.slice(after).find((frame): frame is Frame<T> => frame.type === type));
  }

  /** The terminal frame of the turn that runs. */
  ending(after = 0): Promise<ServerFrame> {
    return until('the end of the turn', () => this.frames.slice(after).find(({ type }) => ['complete', 'error', 'turn.cancelled'].includes(type)));
  }

  /** Asks, and gives every frame up to the end of the turn. */
  async ask(text: string, more: Record<string, unknown> = {}): Promise<ServerFrame[]> {
    const from = this.frames.length;
    this.question(text, more);
    const last = await this.ending(from);
    return this.frames.slice(from, this.frames.indexOf(last) + 1);
  }

  tokens(after = 0): Frame<'token'>[] {
    return this.frames.slice(after).filter((frame): frame is Frame<'token'> => frame.type === 'token');
  }

  text(after = 0): string {
    return this.tokens(after)
      .map(({ data }) => data)
      .join('');
  }

  cut(): void {
    this.socket.terminate();
  }
}
