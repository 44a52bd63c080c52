import { createLogger } from '../create-logger.ts';
import type { Logger } from '../logger.ts';

export type LogLine = Record<string, unknown> & { level: string; message: string };

/** A real logger whose lines a test can read. */
export class WrittenLogs {
  readonly logger: Logger;
  #written = '';

  constructor(level = 'trace') {
    this.logger = createLogger({ service: 'test', level, destination: { write: (line) => void (this.#written += line) } });
  }

  /** Everything written so far, as it would stand in a file. */
  get written(): string {
    return this.#written;
  }

  get lines(): LogLine[] {
    return this.#written
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LogLine);
  }
}

/** For tests that do not look at logs. */
export function silentLogger(): Logger {
  return createLogger({ service: 'test', level: 'silent' });
}
