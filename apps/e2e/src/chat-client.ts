import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { ServerFrame } from '@manga-assist/schemas/chat';

/** What came back for one question, in the order it came. */
export interface Answer {
  text: string;
  tools: readonly { name: string; state: string }[];
  frames: readonly ServerFrame[];
  conversationId: string;
}

/** A shopper's client of `mangaassist.v1`, as plain as one can be. */
export class ChatClient {
  readonly #socket: WebSocket;
  readonly frames: ServerFrame[] = [];
  /** The frames as they came over the wire. */
  readonly raw: string[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.raw.push(String(data));
      this.frames.push(JSON.parse(String(data)) as ServerFrame);
      for (const wake of this.#waiting) wake();
    });
  }

  static async connect(url: string, headers: Record<string, string> = { 'x-api-key': 'local' }): Promise<ChatClient> {
    const socket = new WebSocket(url, 'mangaassist.v1', { headers });
    const client = new ChatClient(socket);
    await client.next((frame) => frame.type === 'hello');
    return client;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  sendRaw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  question(text: string, more: Record<string, unknown> = {}): void {
    this.send({ type: 'chat.send', client_message_id: randomUUID(), text, ...more });
  }

  /** The first frame, from `after` on, that fits. */
  async next<T extends ServerFrame>(fits: (frame: ServerFrame) => boolean, after = 0, limitMs = 60_000): Promise<T> {
    const givesUpAt = performance.now() + limitMs;
    for (;;) {
      const found = this.frames.slice(after).find(fits);
      if (found !== undefined) return found as T;
      if (performance.now() > givesUpAt) throw new Error(`no such frame among ${JSON.stringify(this.frames.slice(after)).slice(0, 2_000)}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
        setTimeout(wake, 250).unref();
      });
    }
  }

  async ask(text: string, more: Record<string, unknown> = {}): Promise<Answer> {
    const from = this.frames.length;
    this.question(text, more);
    const last = await this.next((frame) => ['complete', 'error', 'turn.cancelled'].includes(frame.type), from);
    const frames = this.frames.slice(from, this.frames.indexOf(last, from) + 1);
    const started = frames.find((frame) => frame.type === 'turn.started');
    return {
      text: frames.map((frame) => (frame.type === 'token' ? frame.data : '')).join(''),
      tools: frames.flatMap((frame) => (frame.type === 'turn.tool' ? [{ name: frame.name, state: frame.state }] : [])),
      frames,
      conversationId: started?.type === 'turn.started' ? started.conversation_id : '',
    };
  }

  close(): void {
    this.#socket.close();
  }
}
