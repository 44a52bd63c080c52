import type { OnApplicationShutdown } from '@nestjs/common';

/** Closes the adapters, one after the other, when the last request has been answered. */
export class CloseOnShutdown implements OnApplicationShutdown {
  constructor(private readonly steps: readonly (() => Promise<void>)[]) {}

  async onApplicationShutdown(): Promise<void> {
    for (const step of this.steps) await step();
  }
}
