import type { JobClaim, JobStore } from '@manga-assist/jobs';
import type { Logger } from '@manga-assist/observability';
import { combineSignals, type CombinedSignal, type Timer } from '@manga-assist/resilience';
import type { TimeLimits } from './time-limits.ts';

export interface LeaseOptions {
  jobs: JobStore;
  leaseMs: number;
  /** Fires when the worker wants the job handed back. */
  parent: AbortSignal;
  limits: TimeLimits;
  logger: Logger;
}

/** What a beat may tell beside being alive. */
export interface LeaseNews {
  progress?: { done: number; total: number };
  checkpointKey?: string;
}

/** Progress is told at most this often. */
const NEWS_INTERVAL_MS = 1_000;

/**
 * Keeps an attempt's lease alive while it works: a beat in every third of it. The signal fires when the
 * job is to be cancelled, and when it is lost: to another attempt, or because nothing was heard of the
 * store for the whole lease.
 */
export class JobLease {
  readonly #claim: JobClaim;
  readonly #options: LeaseOptions;
  readonly #signal: CombinedSignal;
  readonly #life = new AbortController();
  #timer: Timer | undefined;
  #beating: Promise<void> = Promise.resolve();
  #untilMs: number;
  #toldAtMs = -Infinity;
  #ending: 'cancel-requested' | 'lost' | 'over' | undefined;

  constructor(claim: JobClaim, options: LeaseOptions) {
    this.#claim = claim;
    this.#options = options;
    this.#signal = combineSignals(options.parent);
    this.#untilMs = options.limits.clock.elapsedMs() + options.leaseMs;
    this.#schedule();
  }

  get signal(): AbortSignal {
    return this.#signal.signal;
  }

  /** Why the work was stopped, when it was not the parent. */
  get ending(): 'cancel-requested' | 'lost' | undefined {
    return this.#ending === 'over' ? undefined : this.#ending;
  }

  /** Tells of progress, but not of every step. */
  async tell(progress: { done: number; total: number }): Promise<void> {
    if (this.#options.limits.clock.elapsedMs() - this.#toldAtMs >= NEWS_INTERVAL_MS) await this.beat({ progress });
  }

  /** One beat at a time; never throws, for a store that is away for a moment is no reason to stop working. */
  beat(news: LeaseNews = {}): Promise<void> {
    this.#beating = this.#beating.then(() => this.#beat(news));
    return this.#beating;
  }

  /** No more beats; one under way is not waited for. */
  async end(): Promise<void> {
    this.#ending ??= 'over';
    this.#timer?.stop();
    this.#signal.clear();
    this.#life.abort();
    await this.#beating;
  }

  async #beat(news: LeaseNews): Promise<void> {
    if (this.#ending !== undefined) return;
    const { jobs, leaseMs, limits, logger } = this.#options;
    const sentAtMs = limits.clock.elapsedMs();
    this.#timer?.stop();
    if (news.progress) this.#toldAtMs = sentAtMs;
    const deadline = limits.deadline(this.#life.signal, leaseMs / 3);
    try {
      const answer = await jobs.heartbeat(this.#claim, { leaseMs, ...news }, deadline.signal);
      if (answer === 'continue') this.#untilMs = sentAtMs + leaseMs;
      else this.#stop(answer);
    } catch (error) {
      if (this.#life.signal.aborted) return;
      logger.warn({ error, ...this.#claim }, 'a lease could not be renewed');
      if (limits.clock.elapsedMs() >= this.#untilMs) this.#stop('lost');
    } finally {
      deadline.clear();
    }
    if (this.#ending === undefined) this.#schedule();
  }

  #schedule(): void {
    this.#timer = this.#options.limits.timers.start(this.#options.leaseMs / 3, () => void this.beat());
  }

  #stop(ending: 'cancel-requested' | 'lost'): void {
    this.#ending ??= ending;
    this.#signal.abort(new DOMException(`The job is ${ending}.`, 'AbortError'));
  }
}
