import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@manga-assist/observability';

/** What Nest says about itself, in our log: its story of the start is worth reading only when debugging. */
export class NestLog implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown, ...context: unknown[]): void {
    this.#logger.debug({ nest: context.at(-1) }, String(message));
  }

  debug(message: unknown, ...context: unknown[]): void {
    this.#logger.trace({ nest: context.at(-1) }, String(message));
  }

  verbose(message: unknown, ...context: unknown[]): void {
    this.#logger.trace({ nest: context.at(-1) }, String(message));
  }

  warn(message: unknown, ...context: unknown[]): void {
    this.#logger.warn({ nest: context.at(-1) }, String(message));
  }

  error(message: unknown, ...context: unknown[]): void {
    const fields = message instanceof Error ? { error: message } : {};
    this.#logger.error({ nest: context.at(-1), ...fields }, message instanceof Error ? message.name : String(message));
  }
}
