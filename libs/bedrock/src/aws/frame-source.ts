import type { Readable } from 'node:stream';
import { BodyReader } from './body-reader.ts';
import { FrameDecoder, type FrameReader } from './frame-decoder.ts';

/** Where the frames of one streamed answer come from. */
export interface FrameSource {
  /** Waits until more has arrived; false at the end. Rejects when the answer breaks off or `destroy` was called. */
  arrives(): Promise<boolean>;
  /** Hands out the frames that have arrived. Throws FrameError for damage. */
  give(read: FrameReader): void;
  /** Call at the end: throws FrameError when that was inside a frame. */
  end(): void;
  /** Reads and drops the rest, so that the connection can be used again. */
  drain(): void;
  /** Gives the connection up: the other side learns that nobody is reading. */
  destroy(): void;
}

/** The bytes of a response, read by us. */
export class RawFrames implements FrameSource {
  readonly #body: BodyReader;
  readonly #decoder = new FrameDecoder();
  #chunk: Buffer | undefined;

  constructor(body: Readable) {
    this.#body = new BodyReader(body);
  }

  async arrives(): Promise<boolean> {
    this.#chunk = await this.#body.read();
    return this.#chunk !== undefined;
  }

  give(read: FrameReader): void {
    if (this.#chunk) this.#decoder.push(this.#chunk, read);
  }

  end(): void {
    this.#decoder.end();
  }

  drain(): void {
    this.#body.drain();
  }

  destroy(): void {
    this.#body.destroy();
  }
}
