import { AppError, toAppError, type JsonObject } from '@manga-assist/foundation';
import { JobResults, type Job } from '@manga-assist/jobs';
import { retry, RetryBudget } from '@manga-assist/resilience';
import { Injectable } from '@nestjs/common';
import { TimeLimits } from './time-limits.ts';

/** How long and how often an object is put again when S3 is away for a moment: what is in it has been paid for. */
const PATIENCE_MS = 60_000;
const MOST_TRIES = 12;
const PUT_AGAIN = { baseMs: 250, capMs: 8_000 };

/** The results and checkpoints of jobs, as a worker uses them. */
@Injectable()
export class JobObjects {
  readonly #budget = new RetryBudget({ burst: 1_000 });
  #areAway = false;

  constructor(
    private readonly results: JobResults,
    private readonly limits: TimeLimits,
  ) {}

  /** Throws `unavailable` `jobs.results-unavailable` while what is made could not be kept: before it is made, that costs nothing. */
  async checkReachable(signal: AbortSignal): Promise<void> {
    if (!this.#areAway) return;
    if (!(await this.results.isReachable(signal))) throw new AppError('unavailable', 'jobs.results-unavailable', 'Results cannot be reached just now; try again.');
    this.#areAway = false;
  }

  put(job: Job, result: JsonObject, signal: AbortSignal): Promise<{ key: string; bytes: number }> {
    return this.#putAgain(() => this.results.put(job, result, signal), signal);
  }

  putCheckpoint(job: Job, step: number, checkpoint: JsonObject, signal: AbortSignal): Promise<string> {
    return this.#putAgain(() => this.results.putCheckpoint(job, step, checkpoint, signal), signal);
  }

  /** One that has been cleared away in the meantime only means more work. */
  async lastCheckpoint({ checkpointKey }: Job, signal: AbortSignal): Promise<JsonObject | undefined> {
    if (checkpointKey === undefined) return undefined;
    try {
      return await this.results.getCheckpoint(checkpointKey, signal);
    } catch (error) {
      if (toAppError(error).kind === 'not-found') return undefined;
      throw error;
    }
  }

  /** The same object under the same key: put twice, it is one. */
  async #putAgain<T>(put: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock, timers } = this.limits;
    const givesUpAtMs = clock.elapsedMs() + PATIENCE_MS;
    try {
      return await retry(put, {
        maxAttempts: MOST_TRIES,
        ruleFor: (error) => (toAppError(error).isRetryable ? PUT_AGAIN : undefined),
        budget: this.#budget,
        patienceMs: () => givesUpAtMs - clock.elapsedMs(),
        signal,
        timers,
        random: Math.random,
      });
    } catch (error) {
      this.#areAway ||= toAppError(error).kind === 'unavailable';
      throw error;
    }
  }
}
