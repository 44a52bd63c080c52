import type { Duplex } from 'node:stream';
import type { Ids } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import type { ServerFrame } from '@manga-assist/schemas/chat';
import type { WebSocket } from 'ws';
import type { ChatRefusal } from '../frames/chat-refusal.ts';
import { encodeFrames } from '../frames/encode-frames.ts';
import { errorFrame } from '../frames/error-frame.ts';
import { TurnCursor } from '../turns/turn-cursor.ts';
import type { Turn, TurnReader } from '../turns/turn.ts';

/** What may wait for a client that reads nothing, beyond what the kernel takes. */
const MOST_WAITING_FRAMES = 256;
const MOST_WAITING_BYTES = 256 * 1024;
const TOO_SLOW = 4408;
const REPLACED = 4409;
/** For the closing handshake; a client that does not answer is cut. */
const CLOSE_LIMIT_MS = 1_000;

export interface ChatSocketParts {
  socket: WebSocket;
  /** What the WebSocket runs on: frames of the server are written here, many at once. */
  stream: Duplex;
  principal: Principal;
  ids: Ids;
  slowReaderMs: number;
}

/**
 * A shopper's socket. Reads its turn at its own pace: the turn keeps every frame anyway, so nothing
 * is queued here but frames that belong to no turn, and a slow reader slows nobody.
 */
export class ChatSocket implements TurnReader {
  readonly sessionId: string;
  readonly principal: Principal;
  /** In a row. */
  badFrames = 0;
  /** Whether anything came from the client since the last heartbeat. */
  wasHeard = true;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #ids: Ids;
  readonly #slowReaderMs: number;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #cursor: TurnCursor | undefined;
  #isBlocked = false;
  #patience: NodeJS.Timeout | undefined;

  constructor({ socket, stream, principal, ids, slowReaderMs }: ChatSocketParts) {
    this.#socket = socket;
    this.#stream = stream;
    this.#ids = ids;
    this.#slowReaderMs = slowReaderMs;
    this.principal = principal;
    this.sessionId = ids.sortable('ses');
    socket.once('close', () => this.#left());
  }

  /** The turn that this socket is being sent. */
  get reading(): Turn | undefined {
    return this.#cursor?.turn;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** A frame that belongs to no turn; may come between a turn's frames. */
  send(frame: ServerFrame): void {
    if (!this.isOpen) return;
    const json = JSON.stringify(frame);
    this.#waiting.push(json);
    this.#waitingBytes += json.length;
    if (this.#waiting.length > MOST_WAITING_FRAMES || this.#waitingBytes > MOST_WAITING_BYTES) this.close(TOO_SLOW, 'too slow');
    else this.#flush();
  }

  refuse(refusal: ChatRefusal): void {
    this.send(errorFrame(refusal, this.#ids.uuid()));
  }

  /** Sends what the turn holds after that token, and everything that it will. */
  show(turn: Turn, afterSequence: number): void {
    this.#cursor = new TurnCursor(turn, afterSequence);
    turn.readBy(this);
    this.#flush();
  }

  turnGrew(): void {
    this.#flush();
  }

  turnTaken(turn: Turn): void {
    if (this.reading !== turn) return;
    this.#cursor = undefined;
    this.close(REPLACED, 'replaced by a newer socket');
  }

  ping(): void {
    if (this.isOpen) this.#socket.ping();
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#left();
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), CLOSE_LIMIT_MS).unref();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #flush(): void {
    while (!this.#isBlocked && this.isOpen) {
      const frames = this.#nextFrames();
      if (frames.length === 0) return;
      if (!this.#stream.write(encodeFrames(frames))) this.#block();
    }
  }

  #nextFrames(): string[] {
    if (this.#waiting.length > 0) {
      const frames = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      return frames;
    }
    const frames = this.#cursor?.next() ?? [];
    if (this.#cursor?.isAtEnd === true) {
      this.#cursor.turn.leave(this);
      this.#cursor = undefined;
    }
    return frames;
  }

  #block(): void {
    this.#isBlocked = true;
    this.#patience = setTimeout(() => this.close(TOO_SLOW, 'too slow'), this.#slowReaderMs).unref();
    this.#stream.once('drain', () => {
      clearTimeout(this.#patience);
      this.#isBlocked = false;
      this.#flush();
    });
  }

  /** Leaves the turn to whoever resumes it. */
  #left(): void {
    clearTimeout(this.#patience);
    this.#cursor?.turn.leave(this);
    this.#cursor = undefined;
    this.#waiting = [];
  }
}
