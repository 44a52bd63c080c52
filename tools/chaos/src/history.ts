import { createWriteStream, type WriteStream } from 'node:fs';

/** What happened when, one JSON object a line: what a failed run is understood by. */
export class History {
  readonly file: string;
  readonly #stream: WriteStream;
  readonly #beganAtMs = Date.now();

  constructor(file: string) {
    this.file = file;
    this.#stream = createWriteStream(file);
  }

  note(what: string, about: Readonly<Record<string, unknown>> = {}): void {
    this.#stream.write(`${JSON.stringify({ t: Date.now() - this.#beganAtMs, what, ...about })}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }
}
