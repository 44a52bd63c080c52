import { Clock } from '@manga-assist/foundation';
import { Injectable } from '@nestjs/common';
import { ToolServiceConfig } from '../config.ts';

/** How long an index outside may still show what was there before: our own is refreshed every second; AWS does not say of Serverless, so generously. */
const LAG_MS = { domain: 2_000, es: 2_000, aoss: 60_000 } as const;

/**
 * Which state of the catalogue this process answers from: what was found in an earlier one is not served again.
 * A copy that is sold changes it only when it was the last of its volume, for no search tells how many there are.
 */
@Injectable()
export class CatalogueRevision {
  readonly #lagMs: number;
  readonly #clock: Clock;
  #current = 0;
  #changedAtMs = -Infinity;

  constructor({ catalogueSearch, opensearchService }: ToolServiceConfig, clock: Clock) {
    this.#lagMs = catalogueSearch === 'embedded' ? 0 : LAG_MS[opensearchService];
    this.#clock = clock;
  }

  get current(): number {
    return this.#current;
  }

  /** False while the search may still answer from the state before. */
  get isSettled(): boolean {
    return this.#clock.elapsedMs() - this.#changedAtMs >= this.#lagMs;
  }

  advance(): void {
    this.#current++;
    this.#changedAtMs = this.#clock.elapsedMs();
  }
}
