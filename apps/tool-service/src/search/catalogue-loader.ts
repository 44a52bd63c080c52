import { CatalogueSearch, ProductStore, type Product } from '@manga-assist/catalogue';
import { AppError, canonicalSha256, Clock, toAppError, type JsonObject } from '@manga-assist/foundation';
import { Logger } from '@manga-assist/observability';
import { Timers, withDeadline, type Timer } from '@manga-assist/resilience';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ToolServiceConfig } from '../config.ts';

const READ_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** Takes some 20 ms, in which nothing else is answered. */
const AGAIN_AT_ONCE = 20;

/**
 * Fills the search from the product table when the service starts, and looks for changes from then on.
 * Series are found by their words at once and by their meaning as soon as they are embedded.
 */
@Injectable()
export class CatalogueLoader implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #end = new AbortController();
  /** What the search knows of each series, as a hash: by its words, and by its meaning as well. */
  readonly #worded = new Map<string, string>();
  readonly #known = new Map<string, string>();
  #failures = 0;
  #next: Timer | undefined;

  constructor(
    private readonly config: ToolServiceConfig,
    private readonly products: ProductStore,
    private readonly search: CatalogueSearch,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** Waits for the words, not for the meanings. */
  async onApplicationBootstrap(): Promise<void> {
    await this.#load();
  }

  onApplicationShutdown(): void {
    this.#end.abort();
    this.#next?.stop();
  }

  async #load(): Promise<void> {
    try {
      const changed = await this.#changedProducts();
      if (changed.length === 0) this.#again();
      // Not waited for: words can be searched while meanings are still being asked for.
      else void this.#put(changed);
    } catch (error) {
      this.#failed(error, 'the product table cannot be read');
    }
  }

  async #put(products: readonly Product[]): Promise<void> {
    const startedMs = this.clock.elapsedMs();
    try {
      for (const step of this.#stepsOf(products)) {
        const meanings = this.search.upsert(step, this.#end.signal);
        remember(step, this.#worded);
        await meanings;
        remember(step, this.#known);
      }
      this.logger.info({ series: products.length, durationMs: Math.round(this.clock.elapsedMs() - startedMs) }, 'the search knows the catalogue');
      this.#again();
    } catch (error) {
      this.#failed(error, 'meanings are missing: the search goes by words');
    }
  }

  /** New words all at once, for they are wanted at once. What only lacks its meaning goes in small steps, for each takes the words in again. */
  #stepsOf(products: readonly Product[]): Product[][] {
    const hasWords = (product: Product) => this.#worded.get(product.mangaId) === hashOf(product);
    const again = products.filter(hasWords);
    const steps = [products.filter((product) => !hasWords(product))];
    for (let start = 0; start < again.length; start += AGAIN_AT_ONCE) steps.push(again.slice(start, start + AGAIN_AT_ONCE));
    return steps.filter((step) => step.length > 0);
  }

  async #changedProducts(): Promise<Product[]> {
    const deadline = withDeadline(this.#end.signal, READ_TIMEOUT_MS, { clock: this.clock, timers: this.timers });
    try {
      const changed: Product[] = [];
      let count = 0;
      for await (const page of this.products.all(deadline.signal)) {
        count += page.length;
        changed.push(...page.filter((product) => this.#known.get(product.mangaId) !== hashOf(product)));
      }
      // A shop without books has not been stocked yet.
      if (count === 0) throw new AppError('unavailable', 'catalogue.empty', 'The product table is empty.');
      return changed;
    } finally {
      deadline.clear();
    }
  }

  #again(): void {
    this.#failures = 0;
    this.#schedule(this.config.catalogueRefreshMs);
  }

  #failed(thrown: unknown, what: string): void {
    if (this.#end.signal.aborted) return;
    const retryInMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++);
    this.logger.warn({ error: toAppError(thrown), retryInMs }, what);
    this.#schedule(retryInMs);
  }

  #schedule(delayMs: number): void {
    if (!this.#end.signal.aborted) this.#next = this.timers.start(delayMs, () => void this.#load());
  }
}

function remember(products: readonly Product[], hashes: Map<string, string>): void {
  for (const product of products) hashes.set(product.mangaId, hashOf(product));
}

/** Of everything that is searched: stock changes with every sale and is not. */
function hashOf({ stock: _stock, ...product }: Product): string {
  return canonicalSha256(product as unknown as JsonObject);
}
