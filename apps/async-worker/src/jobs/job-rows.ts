import { hostname } from 'node:os';
import { JobStore, type ClaimAnswer, type FailureAnswer, type Job, type JobClaim, type JobOutcomeRecord, type JobReason, type JobUsage } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import { retry, RetryBudget } from '@manga-assist/resilience';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { JobLease } from './job-lease.ts';
import { TimeLimits } from './time-limits.ts';

/** For people who look for the process behind an attempt; nothing is decided by it. */
const WORKER_ID = `${hostname()}:${process.pid}`;

type Spent = JobUsage & { costUsd: number };

/** How often the end of a job is written again when the store is away for a moment: the work is dear. */
const MOST_TRIES = 4;
const WRITE_AGAIN = { baseMs: 200, capMs: 2_000 };

/** The rows of jobs, as a worker uses them: every call has its own time, also while the worker drains. */
@Injectable()
export class JobRows {
  readonly #budget = new RetryBudget({ burst: 100 });

  constructor(
    private readonly jobs: JobStore,
    private readonly config: AsyncWorkerConfig,
    private readonly limits: TimeLimits,
    private readonly logger: Logger,
  ) {}

  /** `messageId`: of the message it is claimed for. */
  async claim(jobId: string, messageId?: string): Promise<ClaimAnswer> {
    const { leaseMs } = this.config;
    try {
      return await this.#call((signal) => this.jobs.claim(jobId, { workerId: WORKER_ID, leaseMs, ...(messageId !== undefined && { messageId }) }, signal));
    } catch (error) {
      // Claimed all the same, maybe, when only the answer was lost: then its lease has to run out.
      this.logger.info({ error, jobId, outcome: 'unclaimed' }, 'a job is not known to be claimed');
      throw error;
    }
  }

  /** The lease of a claim that was just made; end it before the message is settled. */
  hold(claim: JobClaim, handBack: AbortSignal): JobLease {
    const { jobs, limits, logger } = this;
    return new JobLease(claim, { jobs, leaseMs: this.config.leaseMs, parent: handBack, limits, logger });
  }

  /** Undefined: lost to another attempt. */
  complete(claim: JobClaim, outcome: JobOutcomeRecord): Promise<Job | undefined> {
    return this.#callAgain((signal) => this.jobs.complete(claim, outcome, signal));
  }

  fail(claim: JobClaim, failure: { reason: JobReason; isFinal: boolean; spent: Spent }): Promise<FailureAnswer> {
    return this.#callAgain((signal) => this.jobs.fail(claim, failure, signal));
  }

  release(claim: JobClaim, spent: Spent): Promise<boolean> {
    return this.#callAgain((signal) => this.jobs.release(claim, spent, signal));
  }

  confirmCancelled(claim: JobClaim, spent: Spent): Promise<Job | undefined> {
    return this.#callAgain((signal) => this.jobs.confirmCancelled(claim, spent, signal));
  }

  #call<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.limits.within(this.config.storeTimeoutMs, call);
  }

  /** Each of these writes is conditional: made twice, it is one. */
  #callAgain<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.limits.within(this.config.leaseMs, (patience) =>
      retry(() => this.#call(call), {
        maxAttempts: MOST_TRIES,
        ruleFor: (error) => ((error as { isRetryable?: boolean }).isRetryable === true ? WRITE_AGAIN : undefined),
        budget: this.#budget,
        patienceMs: () => WRITE_AGAIN.capMs,
        signal: patience,
        timers: this.limits.timers,
        random: Math.random,
      }),
    );
  }
}
