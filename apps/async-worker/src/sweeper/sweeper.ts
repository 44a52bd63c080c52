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

/** One kind of thing that may be due, looked for on its own: batches that hang keep no job waiting. */
interface Round {
  kind: 'jobs' | 'batches';
  look(signal: AbortSignal): Promise<number>;
  timer?: Timer;
  sweeping?: Promise<void>;
}

/** Looks for what is due, again and again, in every worker and without a leader: whatever is found twice is done once. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #end = new AbortController();
  readonly #rounds: readonly Round[];

  constructor(
    jobs: SweepJobs,
    batches: SweepBatches,
    private readonly watch: JobWatch,
    private readonly config: AsyncWorkerConfig,
    private readonly limits: TimeLimits,
    private readonly logger: Logger,
  ) {
    this.#rounds = [
      { kind: 'jobs', look: (signal) => jobs.run(signal) },
      { kind: 'batches', look: (signal) => batches.run(signal) },
    ];
  }

  onApplicationBootstrap(): void {
    for (const round of this.#rounds) this.#schedule(round, Math.random() * this.config.sweepIntervalMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#end.abort();
    for (const { timer } of this.#rounds) timer?.stop();
    // Whatever is left can be done again, by whoever sweeps next.
    const enough = Promise.withResolvers<void>();
    const timer = this.limits.timers.start(END_MS, enough.resolve);
    await Promise.race([Promise.all(this.#rounds.map(({ sweeping }) => sweeping)), enough.promise]);
    timer.stop();
  }

  /** Workers started together do not sweep together. */
  #schedule(round: Round, delayMs = this.config.sweepIntervalMs * (0.5 + Math.random())): void {
    if (this.#end.signal.aborted) return;
    round.timer = this.limits.timers.start(delayMs, () => {
      round.sweeping = this.#sweep(round).then((found) => this.#schedule(round, found >= this.config.sweepLimit ? 0 : undefined));
    });
  }

  async #sweep({ kind, look }: Round): Promise<number> {
    const deadline = this.limits.deadline(this.#end.signal, SWEEP_TIMEOUT_MS);
    try {
      const found = await look(deadline.signal);
      this.watch.swept(kind, found);
      return found;
    } catch (error) {
      if (!this.#end.signal.aborted) this.logger.warn({ error: toAppError(error), kind }, 'what is due could not be looked at');
      return 0;
    } finally {
      deadline.clear();
    }
  }
}
