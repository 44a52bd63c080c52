import { AppError, Clock, toAppError } from '@manga-assist/foundation';
import { failpoint, type Job, type JobClaim } from '@manga-assist/jobs';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { waitBeforeTryMs } from './backoff.ts';
import { DoJob, type WorkDone, type WorkFailed, type WorkMade } from './do-job.ts';
import { judgeFailure } from './job-failure.ts';
import type { JobLease } from './job-lease.ts';
import { JobWatch, type AttemptOutcome } from './job-watch.ts';
import { JobRows } from './job-rows.ts';

/** How an attempt left its job: ended, or queued again (here, or by whoever has it now) and best looked at after a while. */
export type AttemptEnd = { outcome: AttemptOutcome; job: Job } | { outcome: AttemptOutcome; retryInMs: number };

/** One attempt at a claimed job: the work under its lease, then the one write that says how it went. */
@Injectable()
export class TryJob {
  constructor(
    private readonly rows: JobRows,
    private readonly doJob: DoJob,
    private readonly watch: JobWatch,
    private readonly config: AsyncWorkerConfig,
    private readonly clock: Clock,
  ) {}

  /** `handBack` fires when the worker drains. Throws when the store cannot be reached. */
  async run(job: Job, handBack: AbortSignal): Promise<AttemptEnd> {
    const beganAtMs = this.clock.elapsedMs();
    const claim = { jobId: job.jobId, attempt: job.attempt };
    const lease = this.rows.hold(claim, handBack);
    try {
      const work = await this.doJob.run(job, lease);
      this.#count(job, work);
      const end = work.kind === 'made' ? await this.#complete(claim, work) : await this.#giveUp(job, claim, work, { lease, handBack });
      this.watch.attempt(job, end.outcome, this.clock.elapsedMs() - beganAtMs);
      return end;
    } catch (error) {
      this.watch.attempt(job, 'unwritten', this.clock.elapsedMs() - beganAtMs);
      throw error;
    } finally {
      await lease.end();
    }
  }

  #count(job: Job, { used, wasted }: WorkDone): void {
    this.watch.used(job, { usage: used, costUsd: used.costUsd });
    this.watch.wasted(job, wasted);
  }

  async #complete(claim: JobClaim, { outcome }: WorkMade): Promise<AttemptEnd> {
    const completed = await this.rows.complete(claim, outcome);
    failpoint('job.after_complete');
    return this.#ended('completed', completed);
  }

  /** Why the work stopped decides what the row says: somebody else has it, somebody wants it stopped, we are leaving, or it failed. */
  async #giveUp(job: Job, claim: JobClaim, { error, spent, wasted }: WorkFailed, { lease, handBack }: { lease: JobLease; handBack: AbortSignal }): Promise<AttemptEnd> {
    if (lease.ending === 'lost') return this.#lost();
    if (lease.ending === 'cancel-requested') return this.#ended('cancelled', await this.rows.confirmCancelled(claim, spent));
    if (handBack.aborted && !isOutOfTime(handBack)) {
      // Who was frozen for long hears first that its message is somebody else's, and only here that its job is too.
      return (await this.rows.release(claim, spent)) ? { outcome: 'handed-back', retryInMs: 0 } : this.#lost();
    }

    const failure = isOutOfTime(handBack) ? new AppError('timed-out', 'jobs.took-too-long', 'The job took longer than its worker may run.', { cause: error }) : error;
    const verdict = judgeFailure(failure, { attempt: claim.attempt, hasWasted: wasted.costUsd > 0 });
    this.watch.failure(job, failure, { isCounted: verdict.kind === 'count' });
    if (verdict.kind === 'give-back') {
      const isGivenBack = await this.rows.release(claim, spent);
      return isGivenBack ? { outcome: 'given-back', retryInMs: Math.max(verdict.retryAfterMs ?? 0, this.#backoff(claim.attempt)) } : this.#lost();
    }
    const answer = await this.rows.fail(claim, { reason: verdict.reason, isFinal: verdict.isFinal, spent });
    failpoint('job.after_fail');
    if (answer.kind === 'queued') return { outcome: 'failed', retryInMs: this.#backoff(answer.failures) };
    return this.#ended('failed-for-good', answer.kind === 'failed' ? answer.job : undefined);
  }

  #ended(outcome: AttemptOutcome, job: Job | undefined): AttemptEnd {
    return job ? { outcome, job } : this.#lost();
  }

  /** Another attempt has the job. Its message stays for as long as that one may take to crash as well. */
  #lost(): AttemptEnd {
    return { outcome: 'lost', retryInMs: this.config.leaseMs };
  }

  #backoff(tries: number): number {
    return waitBeforeTryMs({ baseMs: this.config.retryBaseMs, capMs: this.config.retryCapMs }, tries);
  }
}

/** Not a worker that leaves, but one whose time for this job is over, as a Lambda function's is: handed back, it would go on for ever. */
function isOutOfTime(handBack: AbortSignal): boolean {
  return handBack.aborted && toAppError(handBack.reason).kind === 'timed-out';
}
