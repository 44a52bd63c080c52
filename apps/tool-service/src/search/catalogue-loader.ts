import { ProductStore, type Product } from '@manga-assist/catalogue';
import { AppError, Clock, toAppError } from '@manga-assist/foundation';
import { Logger } from '@manga-assist/observability';
import { Timers, withDeadline, type Timer } from '@manga-assist/resilience';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ToolServiceConfig } from '../config.ts';
import { CatalogueMetrics } from './catalogue-metrics.ts';
import { CatalogueWriter } from './catalogue-writer.ts';

const READ_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Fills the search from the product table when the service starts, and takes over every change from then
 * on: a sale or a new price after `catalogueChangesMs`. Now and then the table is read whole, for what
 * has been taken out of it and for meanings that could not be had.
 */
@Injectable()
export class CatalogueLoader implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #end = new AbortController();
  /** From which moment on changes are still to be read. */
  #moment = 0;
  #isWholeDue = true;
  #failures = 0;
  #missingMeanings = 0;
  #next: Timer | undefined;
  #nextWhole: Timer | undefined;

  constructor(
    private readonly config: ToolServiceConfig,
    private readonly products: ProductStore,
    private readonly writer: CatalogueWriter,
    private readonly metrics: CatalogueMetrics,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** Waits for the words, not for the meanings. */
  async onApplicationBootstrap(): Promise<void> {
    await this.#read();
  }

  onApplicationShutdown(): void {
    this.#end.abort();
    this.#next?.stop();
    this.#nextWhole?.stop();
  }

  async #read(): Promise<void> {
    const isWhole = this.#isWholeDue;
    const deadline = withDeadline(this.#end.signal, READ_TIMEOUT_MS, { clock: this.clock, timers: this.timers });
    try {
      if (isWhole) await this.#readWhole(deadline.signal);
      else await this.#readChanges(deadline.signal);
      this.metrics.read(isWhole ? 'whole' : 'changes', 'success');
      this.#failures = 0;
      this.#again(this.config.catalogueChangesMs);
    } catch (error) {
      if (this.#end.signal.aborted) return;
      const retryInMs = retryDelay(this.#failures++);
      this.metrics.read(isWhole ? 'whole' : 'changes', 'failed');
      this.logger.warn({ error: toAppError(error), retryInMs }, 'the product table cannot be read');
      this.#again(retryInMs);
    } finally {
      deadline.clear();
    }
  }

  async #readWhole(signal: AbortSignal): Promise<void> {
    // Before the reading: what changes while it lasts is read again as a change.
    const moment = this.clock.nowMs();
    const products: Product[] = [];
    for await (const page of this.products.all(signal)) products.push(...page);
    // A shop without books has not been stocked yet.
    if (products.length === 0) throw new AppError('unavailable', 'catalogue.empty', 'The product table is empty.');
    await this.writer.keepOnly(products, signal);
    this.#moment = moment;
    this.#isWholeDue = false;
    this.#wholeAgain(this.config.catalogueRefreshMs);
    this.#follow(this.writer.complete(products, this.#end.signal).then((count) => {
      this.#missingMeanings = 0;
      return count;
    }));
  }

  async #readChanges(signal: AbortSignal): Promise<void> {
    const { products, moment } = await this.products.changedSince(this.#moment, signal);
    this.#moment = moment;
    this.#follow(this.writer.update(products, this.#end.signal));
  }

  /** Not waited for: words can be searched, and sales be seen, while meanings are still being asked for. */
  #follow(writing: Promise<number>): void {
    const startedMs = this.clock.elapsedMs();
    writing.then(
      (count) => {
        if (count > 0) this.logger.info({ series: count, durationMs: Math.round(this.clock.elapsedMs() - startedMs) }, 'the search knows the catalogue');
      },
      (error: unknown) => {
        if (this.#end.signal.aborted) return;
        const retryInMs = retryDelay(this.#missingMeanings++);
        this.logger.warn({ error: toAppError(error), retryInMs }, 'the catalogue could not be taken into the search whole: until it is, questions may go by words alone, or by what was there before');
        this.#wholeAgain(retryInMs);
      },
    );
  }

  #again(delayMs: number): void {
    if (!this.#end.signal.aborted) this.#next = this.timers.start(delayMs, () => void this.#read());
  }

  #wholeAgain(delayMs: number): void {
    this.#nextWhole?.stop();
    if (!this.#end.signal.aborted) this.#nextWhole = this.timers.start(delayMs, () => void (this.#isWholeDue = true));
  }
}

function retryDelay(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
}
