import type { ClientFrame, HelloFrame, ServerFrame } from '@manga-assist/schemas/chat';
import type { ClosedReason, ConnectionState } from './chat-state.ts';
import { fullJitter } from './full-jitter.ts';

export interface ChatAddress {
  url: string;
  /** Single use, 30 seconds; null goes in as a guest. */
  ticket: string | null;
}

export interface ChatConnectionOptions {
  /** Asked before every connection: a ticket opens one socket. */
  address(signal: AbortSignal): Promise<ChatAddress>;
  onFrame(frame: ServerFrame): void;
  onChange(connection: ConnectionState): void;
  random?: () => number;
  firstDelayMs?: number;
}

const PROTOCOL = 'mangaassist.v1';
/** For the ticket and for the gateway's `hello`, each. */
const HANDSHAKE_LIMIT_MS = 10_000;
/** Pings without any sign of life before the socket counts as dead. */
const MOST_SILENT_PINGS = 2;
const NORMAL_CLOSE = 1000;
const HEARTBEAT_LOST = 4000;

/** Close codes after which another connection would end the same way. All others reconnect. */
const FINAL_CLOSE_CODES: Readonly<Record<number, ClosedReason>> = {
  1000: 'ended',
  1002: 'refused',
  1003: 'refused',
  1007: 'refused',
  1009: 'refused',
  4400: 'refused',
  4403: 'refused',
  4409: 'replaced',
};

/** One socket at a time to the gateway, opened again with full jitter until it is told to stop. */
export class ChatConnection {
  readonly #options: ChatConnectionOptions;
  readonly #random: () => number;
  #socket: WebSocket | null = null;
  #attempts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abandoned = new AbortController();
  #silentPings = 0;
  #isOpen = false;

  constructor(options: ChatConnectionOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Connects now, dropping the socket that there is. */
  connect(): void {
    this.#drop();
    this.#options.onChange({ kind: 'connecting' });
    void this.#open(this.#abandoned.signal);
  }

  close(): void {
    this.#drop();
  }

  /** False when there is no open socket: the caller sends again after the next `hello`. */
  send(frame: ClientFrame): boolean {
    if (!this.#isOpen || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  async #open(abandoned: AbortSignal): Promise<void> {
    try {
      const { url, ticket } = await this.#options.address(AbortSignal.any([abandoned, AbortSignal.timeout(HANDSHAKE_LIMIT_MS)]));
      if (abandoned.aborted) return;
      this.#listen(new WebSocket(url, ticket === null ? [PROTOCOL] : [PROTOCOL, `ticket.${ticket}`]));
    } catch {
      // Gateway or store not there, or the ticket refused for now: the same as a socket that failed.
      if (!abandoned.aborted) this.#connectLater();
    }
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    const isCurrent = (): boolean => this.#socket === socket;
    this.#timer = setTimeout(() => this.#connectLater(), HANDSHAKE_LIMIT_MS);
    socket.onmessage = ({ data }) => {
      if (!isCurrent()) return;
      const frame = readFrame(data);
      if (!frame) return;
      this.#silentPings = 0;
      if (frame.type === 'hello') this.#opened(frame);
      this.#options.onFrame(frame);
    };
    // An `error` event is always followed by `close`.
    socket.onclose = ({ code }) => {
      if (!isCurrent()) return;
      const reason = FINAL_CLOSE_CODES[code];
      if (reason === undefined) return this.#connectLater();
      this.#drop();
      this.#options.onChange({ kind: 'closed', reason });
    };
  }

  #opened(hello: HelloFrame): void {
    clearTimeout(this.#timer);
    this.#attempts = 0;
    this.#isOpen = true;
    // The first ping comes at a random time, so that clients of a restarted gateway do not ping in step.
    this.#pingAfter(this.#random() * hello.heartbeat_ms, hello.heartbeat_ms);
  }

  #pingAfter(delayMs: number, heartbeatMs: number): void {
    this.#timer = setTimeout(() => {
      if (this.#silentPings >= MOST_SILENT_PINGS) return this.#connectLater(HEARTBEAT_LOST);
      this.#silentPings++;
      this.send({ type: 'ping', t: Date.now() });
      this.#pingAfter(heartbeatMs, heartbeatMs);
    }, delayMs);
  }

  #connectLater(closeCode = NORMAL_CLOSE): void {
    this.#drop(closeCode);
    this.#options.onChange({ kind: 'waiting' });
    const delayMs = fullJitter(this.#attempts++, { random: this.#random, firstDelayMs: this.#options.firstDelayMs });
    this.#timer = setTimeout(() => this.connect(), delayMs);
  }

  #drop(closeCode = NORMAL_CLOSE): void {
    clearTimeout(this.#timer);
    this.#abandoned.abort();
    this.#abandoned = new AbortController();
    this.#silentPings = 0;
    this.#isOpen = false;
    const socket = this.#socket;
    this.#socket = null;
    // A dead network can hold the close handshake for minutes; nobody listens to this socket any more.
    socket?.close(closeCode);
  }
}

/** Null for what is not a frame: a newer gateway may send what this page does not know. */
function readFrame(data: unknown): ServerFrame | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null && 'type' in value ? (value as ServerFrame) : null;
  } catch {
    return null;
  }
}
