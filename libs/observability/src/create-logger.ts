import { pino, stdTimeFunctions } from 'pino';
import type { LogFields, Logger } from './logger.ts';
import { tidyFields } from './tidy-fields.ts';
import { tidyLine } from './tidy-line.ts';

export interface LoggerOptions {
  /** The service's name, on every line. */
  service: string;
  /** `fatal` … `trace`, or `silent`. */
  level: string;
  /** Where lines go; standard output unless told otherwise. */
  destination?: { write(line: string): void };
}

/** JSON lines with `level` (a word), `time` (ISO), `service`, fields, `message`; at most 8 KiB each. */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    errorKey: 'error',
    timestamp: stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: tidyFields,
    },
    // Errors are described in `tidyFields` already, wherever they stand.
    serializers: { error: (value: unknown) => value, err: (value: unknown) => value },
    hooks: { streamWrite: tidyLine },
  };
  const root = destination === undefined ? pino(options) : pino(options, destination);
  const makeChild = root.child;
  // pino does not format the fields of children; each child inherits this method from the root.
  return Object.assign(root, {
    child(this: typeof root, fields: LogFields): Logger {
      return makeChild.call(this, tidyFields(fields));
    },
  });
}
