import { FrameError, type FrameReader } from './frame-decoder.ts';
import type { FrameSource } from './frame-source.ts';

/**
 * The events of the SDK's own reader, turned back into what stood in their frames: slower in every
 * respect, and there to be compared with, or to fall back on should Bedrock's frames ever change.
 */
export class SdkFrames implements FrameSource {
  readonly #events: AsyncIterator<unknown>;
  #event: unknown;

  constructor(events: AsyncIterable<unknown>) {
    this.#events = events[Symbol.asyncIterator]();
  }

  async arrives(): Promise<boolean> {
    try {
      const { done = false, value } = await this.#events.next();
      this.#event = value;
      return !done;
    } catch (error) {
      // What is no exception of Bedrock's is what became of its bytes.
      throw /exception$/i.test(String((error as Error).name)) ? error : new FrameError('the SDK could not read the stream', { cause: error });
    }
  }

  give(read: FrameReader): void {
    const [[name, member] = ['', undefined]] = Object.entries(this.#event ?? {});
    if (member === undefined || name === '$unknown') return;
    const payload = Buffer.from(JSON.stringify(withoutBytes(member)));
    read({ kind: 'event', name }, payload, 0, payload.length);
  }

  /** The SDK itself says when a stream ends inside a frame. */
  end(): void {}

  drain(): void {
    const rest = async () => {
      while (await this.arrives());
    };
    // The answer is complete; whatever becomes of the rest is no failure of it.
    rest().catch(() => this.destroy());
  }

  destroy(): void {
    void this.#events.return?.().catch(() => undefined);
  }
}

/** Bytes are base64 in a frame. */
function withoutBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutBytes(member)]));
}
