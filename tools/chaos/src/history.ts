import { createWriteStream, type WriteStream } from 'node:fs';
import type { Job } from '@manga-assist/jobs';

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

  /** A webhook that came more than once; moments as `t` counts. */
  noteRepeated(webhookId: string, calls: readonly { atMs: number; about: string }[]): void {
    this.note('repeated', { webhookId, about: calls[0]?.about, at: calls.map(({ atMs }) => atMs - this.#beganAtMs) });
  }

  /** A job as its row has it at the end of the run; moments as `t` counts. */
  noteJob({ jobId, batch, type, priority, status, attempt, failures, createdAtMs, endedAtMs, reason }: Job): void {
    const tOf = (atMs: number): number => atMs - this.#beganAtMs;
    this.note('job', {
      job: jobId,
      ...(batch && { batch: batch.batchId }),
      ...{ type, priority, status, attempt, failures, createdT: tOf(createdAtMs) },
      ...(endedAtMs !== undefined && { endedT: tOf(endedAtMs) }),
      ...(reason && { code: reason.code }),
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }
}
