export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Values of a line. An `error` is printed as its kind, code, cause chain and stack. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface LogMethod {
  (fields: LogFields, message: string): void;
  (message: string): void;
}

/**
 * Where a service says what happens: one JSON line per call. The message is a fixed sentence; what
 * varies goes into the fields. Prompts, answers, keys and tokens never go into either.
 */
export abstract class Logger {
  abstract readonly fatal: LogMethod;
  abstract readonly error: LogMethod;
  abstract readonly warn: LogMethod;
  abstract readonly info: LogMethod;
  abstract readonly debug: LogMethod;
  abstract readonly trace: LogMethod;
  /** The same logger with fields on every line: `logger.child({ turnId })`. */
  abstract child(fields: LogFields): Logger;
  /** For work that is only worth doing when the line is written. */
  abstract isLevelEnabled(level: LogLevel): boolean;
}
