import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Changes with the words that are indexed and the way they are found: an older file is made anew. */
const FORMAT = 3;

export interface SnapshotSeries {
  /** Of everything that is searched, as `textHash` gives it. */
  text: string;
  /** The vector's bytes in base64; absent while there is none. */
  meaning?: string;
}

export interface SnapshotContent {
  /** Model and version of the vectors; null when there are none. */
  embedding: string | null;
  series: Record<string, SnapshotSeries>;
  /** The index of stories, as it writes itself. */
  stories: string;
}

export const textHash = (text: string): string => createHash('sha256').update(text).digest('base64');

/** What a process knew of its catalogue, on disk, so that the next one need not work it out again. Losing it costs time and nothing else. */
export class SearchSnapshot {
  readonly #file: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /** Undefined when there is none, or none that can be read: broken, cut off, or of another format. */
  read(): SnapshotContent | undefined {
    try {
      const [heading = '', body = ''] = splitOnce(readFileSync(this.#file, 'utf8'));
      const { format, sha256 } = JSON.parse(heading) as { format?: unknown; sha256?: unknown };
      if (format !== FORMAT || sha256 !== textHash(body)) return undefined;
      return JSON.parse(body) as SnapshotContent;
    } catch {
      return undefined;
    }
  }

  /** One after the other, each whole or not at all. What cannot be written is left: the next start takes longer. */
  write(content: SnapshotContent): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write(content)).catch(() => undefined);
    return this.#writing;
  }

  /** Resolves when nothing is being written. */
  written(): Promise<void> {
    return this.#writing;
  }

  async #write(content: SnapshotContent): Promise<void> {
    const body = JSON.stringify(content);
    const temporary = `${this.#file}.${process.pid}`;
    await mkdir(dirname(this.#file), { recursive: true });
    try {
      await writeFile(temporary, `${JSON.stringify({ format: FORMAT, sha256: textHash(body) })}\n${body}`);
      await rename(temporary, this.#file);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

function splitOnce(text: string): [string, string] {
  const end = text.indexOf('\n');
  return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
}
