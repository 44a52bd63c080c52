import { toAppError } from '@manga-assist/foundation';
import { Logger } from '@manga-assist/observability';
import type { Timer } from '@manga-assist/resilience';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { JobWatch } from '../jobs/job-watch.ts';
import { TimeLimits } from '../jobs/time-limits.ts';
import { SweepBatches } from './sweep-batches.ts';
import { SweepJobs } from './sweep-jobs.ts';

const SWEEP_TIMEOUT_MS = 30_000;
/** How long the end of the worker waits for a sweep. */
const END_MS = 1_000;

/** Looks for what is due, again and again, in every worker and without a leader: whatever is found twice is done once. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #end = new AbortController();
  #timer: Timer | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly jobs: SweepJobs,
    private readonly batches: SweepBatches,
    private readonly watch: JobWatch,
    private readonly config: AsyncWorkerConfig,
    private readonly limits: TimeLimits,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#schedule(Math.random() * this.config.sweepIntervalMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#end.abort();
    this.#timer?.stop();
    // Whatever is left can be done again, by whoever sweeps next.
    const enough = Promise.withResolvers<void>();
    const timer = this.limits.timers.start(END_MS, enough.resolve);
    await Promise.race([this.#sweeping, enough.promise]);
    timer.stop();
  }

  /** Workers started together do not sweep together. */
  #schedule(delayMs = this.config.sweepIntervalMs * (0.5 + Math.random())): void {
    if (this.#end.signal.aborted) return;
    this.#timer = this.limits.timers.start(delayMs, () => {
      this.#sweeping = this.#sweep().then((found) => this.#schedule(found >= this.config.sweepLimit ? 0 : undefined));
    });
  }

  /** How much the fuller of the two looks has found. */
  async #sweep(): Promise<number> {
    const deadline = this.limits.deadline(this.#end.signal, SWEEP_TIMEOUT_MS);
    try {
      const found = { batches: await this.batches.run(deadline.signal), jobs: await this.jobs.run(deadline.signal) };
      for (const [kind, count] of Object.entries(found)) this.watch.swept(kind, count);
      return Math.max(found.batches, found.jobs);
    } catch (error) {
      if (!this.#end.signal.aborted) this.logger.warn({ error: toAppError(error) }, 'what is due could not be looked at');
      return 0;
    } finally {
      deadline.clear();
    }
  }
}
