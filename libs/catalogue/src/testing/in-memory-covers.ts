import { AppError } from '@manga-assist/foundation';
import { Covers } from '../covers.ts';

/** Covers that a test puts there. */
export class InMemoryCovers extends Covers {
  readonly #covers: Map<string, Uint8Array>;

  constructor(covers: Readonly<Record<string, Uint8Array>> = {}) {
    super();
    this.#covers = new Map(Object.entries(covers));
  }

  async get(key: string, mostBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    const bytes = this.#covers.get(key);
    if (bytes === undefined) throw new AppError('not-found', 'catalogue.no-cover', 'There is no such cover.');
    if (bytes.length > mostBytes) throw new AppError('invalid', 'catalogue.cover-too-large', `A cover has ${mostBytes} bytes at most.`);
    return bytes;
  }

  async isReachable(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {}
}
