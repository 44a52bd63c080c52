import type { ServerFrame } from '@manga-assist/schemas/chat';
import { WebSocket } from 'ws';
import { AskError, EXIT } from './exit-codes.ts';

const HANDSHAKE_LIMIT_MS = 5_000;
/** The gateway ends every turn within 90 seconds. */
const SILENCE_LIMIT_MS = 120_000;
const NOT_THERE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EAI_AGAIN']);

/** One socket to the gateway: frames in, frames out. */
export class GatewayConnection {
  readonly #socket: WebSocket;
  /** Listened for from the first moment: the gateway greets at once. */
  readonly #waiting: ServerFrame[] = [];
  #wake = (): void => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#waiting.push(JSON.parse(String(data)) as ServerFrame);
      this.#wake();
    });
    socket.on('close', () => this.#wake());
  }

  /** Throws `AskError` that says what is wrong and what to do about it. */
  static open(url: string, apiKey: string): Promise<GatewayConnection> {
    const socket = new WebSocket(url, 'mangaassist.v1', { headers: { 'x-api-key': apiKey }, handshakeTimeout: HANDSHAKE_LIMIT_MS });
    return new Promise((resolve, reject) => {
      const connection = new GatewayConnection(socket);
      socket.once('open', () => resolve(connection));
      socket.once('unexpected-response', (_request, response) => {
        reject(new AskError(EXIT.failed, refusalText(response.statusCode ?? 0, url)));
        response.destroy();
      });
      socket.on('error', (error: Error & { code?: string }) => {
        const isThere = error.code !== undefined && !NOT_THERE.has(error.code);
        const message = isThere ? `The chat gateway at ${url} cannot be talked to (${error.code}).` : notRunning(url);
        reject(new AskError(isThere ? EXIT.failed : EXIT.notRunning, message));
      });
    });
  }

  send(frame: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** Every frame until the socket closes. Throws `AskError` when nothing comes for two minutes. */
  async *frames(): AsyncGenerator<ServerFrame> {
    for (;;) {
      yield* this.#waiting.splice(0);
      if (this.#waiting.length > 0) continue;
      if (this.#socket.readyState === WebSocket.CLOSED) return;
      await this.#something();
    }
  }

  close(): void {
    this.#socket.close();
    // Nobody waits for the gateway's goodbye.
    this.#socket.terminate();
  }

  #something(): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new AskError(EXIT.failed, 'The chat gateway says nothing any more.')), SILENCE_LIMIT_MS);
      this.#wake = () => {
        clearTimeout(limit);
        resolve();
      };
    });
  }
}

function notRunning(url: string): string {
  return `There is no chat gateway at ${url}. Start it with "npm start", or say where it is with --url or CHAT_GATEWAY_URL.`;
}

function refusalText(status: number, url: string): string {
  if (status === 401) return 'The chat gateway does not know this API key. Say another one with --api-key.';
  if (status === 403) return 'This API key may not chat. Say another one with --api-key.';
  if (status === 404) return `There is no chat at ${url}; its path is /v1/chat.`;
  if (status === 503) return 'The chat gateway is busy or restarting. Please try again.';
  return `${url} is no chat gateway: it answered ${status}.`;
}
