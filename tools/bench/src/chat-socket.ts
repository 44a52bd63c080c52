import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

/** A shopper's socket that only counts: frames are looked at, not parsed, so that it costs little. */
export class ChatSocket {
  readonly #socket: WebSocket;
  #tokens = 0;
  #sentAt = 0;
  #firstTokenMs = 0;
  #ended: { resolve(result: { firstTokenMs: number; tokens: number }): void; reject(error: Error): void } | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#read(data));
    socket.on('close', () => this.#ended?.reject(new Error('the socket was closed')));
  }

  static open(url: string): Promise<ChatSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, 'mangaassist.v1', { headers: { 'x-api-key': 'local' }, perMessageDeflate: false });
      socket.once('error', reject);
      socket.once('open', () => resolve(new ChatSocket(socket)));
    });
  }

  ask(text: string): Promise<{ firstTokenMs: number; tokens: number }> {
    return new Promise((resolve, reject) => {
      this.#ended = { resolve, reject };
      this.#tokens = 0;
      this.#sentAt = performance.now();
      this.#socket.send(JSON.stringify({ type: 'chat.send', client_message_id: randomUUID(), text }));
    });
  }

  #read(data: Buffer): void {
    // `{"type":"token"` and `{"type":"comple`: the ninth byte on tells the frame.
    const type = data.toString('latin1', 9, 14);
    if (type === 'token') {
      if (this.#tokens++ === 0) this.#firstTokenMs = performance.now() - this.#sentAt;
    } else if (type === 'compl') this.#ended?.resolve({ firstTokenMs: this.#firstTokenMs, tokens: this.#tokens });
    else if (type === 'error') this.#ended?.reject(new Error(String(data)));
  }

  close(): void {
    this.#ended = undefined;
    this.#socket.close();
  }
}
