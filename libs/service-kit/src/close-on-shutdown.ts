import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@manga-assist/observability';

/** Closes the adapters, one after the other, when the last request has been answered. */
export class CloseOnShutdown implements OnApplicationShutdown {
  readonly #steps: readonly (() => Promise<void>)[];
  readonly #logger: Logger;

  constructor(steps: readonly (() => Promise<void>)[], logger: Logger) {
    this.#steps = steps;
    this.#logger = logger;
  }

  async onApplicationShutdown(): Promise<void> {
    for (const step of this.#steps) {
      // One that cannot be closed must not keep the others open.
      await step().catch((error: unknown) => this.#logger.warn({ error }, 'an adapter could not be closed'));
    }
  }
}
