import { ProductStore, type Product } from '@manga-assist/catalogue';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { TimeLimits } from '../jobs/time-limits.ts';

const READ_TIMEOUT_MS = 30_000;

/** All series as they were a while ago, for questions about the whole catalogue: read once for everybody who asks. */
@Injectable()
export class CatalogueSnapshot {
  #products: readonly Product[] | undefined;
  #readAtMs = -Infinity;
  #reading: Promise<readonly Product[]> | undefined;

  constructor(
    private readonly store: ProductStore,
    private readonly config: AsyncWorkerConfig,
    private readonly limits: TimeLimits,
  ) {}

  /** As old as the configuration allows. Throws what the store throws. */
  async products(): Promise<readonly Product[]> {
    if (this.#products !== undefined && this.limits.clock.elapsedMs() - this.#readAtMs < this.config.catalogueSnapshotMs) return this.#products;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** With a deadline of its own: one job that is cancelled must not end the reading for the others. */
  async #read(): Promise<readonly Product[]> {
    const products: Product[] = [];
    await this.limits.within(READ_TIMEOUT_MS, async (signal) => {
      for await (const page of this.store.all(signal)) products.push(...page);
    });
    this.#readAtMs = this.limits.clock.elapsedMs();
    return (this.#products = products);
  }
}
