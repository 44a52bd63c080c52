import { AppError } from '@manga-assist/foundation';
import { ClientProxy, type ReadPacket } from '@nestjs/microservices';
import type { OutgoingMessage } from '../outgoing-message.ts';
import type { QueueSender } from '../queue-sender.ts';

export interface SqsClientOptions {
  sender: QueueSender;
  /** Which queue an event goes to, and what besides its data goes with it. */
  route(pattern: string, data: unknown): Omit<OutgoingMessage, 'pattern' | 'body'>;
  /** Of every call; 10 s. */
  timeoutMs?: number;
}

/**
 * A Nest client that emits events into queues, for code that is written against `ClientProxy`.
 * Nobody answers through a queue, so `send` is refused: `bug` `queues.not-supported`.
 */
export class SqsClient extends ClientProxy {
  readonly #options: SqsClientOptions;

  constructor(options: SqsClientOptions) {
    super();
    this.#options = options;
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#options.sender.close();
  }

  /** The `QueueSender`. */
  unwrap<T>(): T {
    return this.#options.sender as T;
  }

  protected override publish(_packet: ReadPacket, callback: (answer: { err: AppError }) => void): () => void {
    callback({ err: new AppError('bug', 'queues.not-supported', 'Nobody answers through a queue: emit an event instead.') });
    return () => undefined;
  }

  protected override async dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    const { sender, route, timeoutMs = 10_000 } = this.#options;
    const name = this.normalizePattern(pattern as string);
    const message = { ...route(name, data), pattern: name, body: JSON.stringify(data) };
    return (await sender.send(message, AbortSignal.timeout(timeoutMs))) as T;
  }
}
