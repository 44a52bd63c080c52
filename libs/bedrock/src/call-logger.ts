/** As much of a pino logger as this library needs. Fields never hold prompts, answers or keys. */
export interface CallLogger {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}
