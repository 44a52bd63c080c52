import type { Readable } from 'node:stream';

/** How long a body may take to end after its last event before its connection is given up. */
const DRAIN_LIMIT_MS = 1_000;

/**
 * Reads a response body, everything that has arrived at a time.
 *
 * Ours instead of `for await`: leaving that loop destroys the connection, and ours goes back to the
 * pool when the answer was read to its end.
 */
export class BodyReader {
  readonly #body: Readable;
  #error: unknown;
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(body: Readable) {
    this.#body = body;
    const wake = () => this.#wake?.();
    body.on('readable', wake);
    body.once('end', () => {
      this.#hasEnded = true;
      wake();
    });
    body.on('error', (error) => {
      this.#error ??= error;
      wake();
    });
    body.once('close', () => {
      if (!this.#hasEnded) this.#error ??= Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
      wake();
    });
  }

  /** Undefined at the end. Rejects when the connection breaks or `destroy` was called. */
  async read(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = this.#body.read() as Buffer | null;
      if (chunk !== null) return chunk;
      if (this.#error !== undefined) throw this.#error;
      if (this.#hasEnded) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Reads and drops the rest, so that the connection can be used again. */
  drain(): void {
    if (this.#hasEnded) return;
    this.#body.removeAllListeners('readable');
    this.#body.resume();
    const limit = setTimeout(() => this.#body.destroy(), DRAIN_LIMIT_MS);
    limit.unref();
    this.#body.once('close', () => clearTimeout(limit));
  }

  /** Gives the connection up: the other side learns that nobody is reading. */
  destroy(): void {
    this.#body.destroy();
  }
}
