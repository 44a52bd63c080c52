import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@manga-assist/observability';

/** Closes the adapters, one after the other, when the last socket has been closed. */
export class CloseOnShutdown implements OnApplicationShutdown {
  constructor(
    private readonly steps: readonly (() => Promise<void>)[],
    private readonly logger: Logger,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    for (const step of this.steps) {
      // One that cannot be closed must not keep the others open.
      await step().catch((error: unknown) => this.logger.warn({ error }, 'an adapter could not be closed'));
    }
  }
}
