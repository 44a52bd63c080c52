import { Clock } from '@manga-assist/foundation';
import { failpoint, MOST_FAILURES, type Job, type JobClaim } from '@manga-assist/jobs';
import { deadLetter, done, retryIn, type Settlement } from '@manga-assist/queues';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { backoffMs } from './backoff.ts';
import { DoJob, type WorkFailed } from './do-job.ts';
import { asEnded } from './ended-job.ts';
import { FinishJob } from './finish-job.ts';
import { judgeFailure } from './job-failure.ts';
import type { JobLease } from './job-lease.ts';
import { JobRows } from './job-rows.ts';

/** How an attempt left its job: ended, or queued again (here, or by whoever has it now) and best looked at after a while. */
type AttemptEnd = { kind: 'ended'; job: Job } | { kind: 'again'; delayMs: number };

const LEAST_WAIT_MS = 1_000;
/** Longer than finishing takes: after that whoever began it has crashed. */
const FINISHING_MS = 10_000;

/** One delivery of a job's claim check, from the claim to what becomes of the message. */
@Injectable()
export class RunJob {
  constructor(
    private readonly rows: JobRows,
    private readonly doJob: DoJob,
    private readonly finishJob: FinishJob,
    private readonly config: AsyncWorkerConfig,
    private readonly clock: Clock,
  ) {}

  /** `handBack` fires when the worker drains. Throws when the store cannot be reached: the message comes back. */
  async run(jobId: string, handBack: AbortSignal): Promise<Settlement> {
    const claimed = await this.rows.claim(jobId);
    switch (claimed.kind) {
      case 'claimed': {
        failpoint('job.claimed');
        const end = await this.#attempt(claimed.job, handBack);
        return end.kind === 'ended' ? this.#finish(end.job) : retryIn(end.delayMs);
      }
      case 'leased':
        return retryIn(Math.max(LEAST_WAIT_MS, claimed.untilMs - this.clock.nowMs()));
      case 'unknown':
        return deadLetter('jobs.unknown', 'There is no job with this id.');
      case 'ended':
        // Whoever ended it just now is about to finish it.
        return this.#finish(claimed.job, { unlessEndedWithinMs: FINISHING_MS });
      case 'expired':
      case 'given-up':
        return this.#finish(claimed.job);
    }
  }

  async #attempt(job: Job, handBack: AbortSignal): Promise<AttemptEnd> {
    const claim = { jobId: job.jobId, attempt: job.attempt };
    const lease = this.rows.hold(claim, handBack);
    try {
      const work = await this.doJob.run(job, lease);
      if (work.kind === 'failed') return await this.#failed(claim, work, { lease, handBack });
      const ended = await this.rows.complete(claim, work.outcome);
      failpoint('job.after_complete');
      return ended ? { kind: 'ended', job: ended } : this.#lost();
    } finally {
      await lease.end();
    }
  }

  async #failed(claim: JobClaim, { error, spent }: WorkFailed, { lease, handBack }: { lease: JobLease; handBack: AbortSignal }): Promise<AttemptEnd> {
    if (lease.ending === 'lost') return this.#lost();
    if (lease.ending === 'cancel-requested') {
      const cancelled = await this.rows.confirmCancelled(claim, spent);
      return cancelled ? { kind: 'ended', job: cancelled } : this.#lost();
    }
    if (handBack.aborted) {
      await this.rows.release(claim, spent);
      return { kind: 'again', delayMs: 0 };
    }

    const verdict = judgeFailure(error);
    if (verdict.kind === 'give-back') {
      await this.rows.release(claim, spent);
      return { kind: 'again', delayMs: verdict.retryAfterMs ?? this.#backoff(claim.attempt) };
    }
    const answer = await this.rows.fail(claim, { reason: verdict.reason, isFinal: verdict.isFinal, spent });
    failpoint('job.after_fail');
    switch (answer.kind) {
      case 'queued':
        return { kind: 'again', delayMs: this.#backoff(answer.failures) };
      case 'failed':
        return { kind: 'ended', job: answer.job };
      case 'lost':
        return this.#lost();
    }
  }

  /** What follows a job's end, and then its message goes; one that cannot be helped by trying again goes where people look. */
  async #finish(job: Job, { unlessEndedWithinMs = 0 } = {}): Promise<Settlement> {
    const ended = asEnded(job);
    if (this.clock.nowMs() - ended.endedAtMs >= unlessEndedWithinMs) await this.finishJob.run(ended);
    failpoint('job.before_delete');
    return job.reason && isDeadLetter(job) ? deadLetter(job.reason.code, job.reason.message) : done;
  }

  /** Another attempt has the job. Its message stays for as long as that one may take to crash as well. */
  #lost(): AttemptEnd {
    return { kind: 'again', delayMs: this.config.leaseMs };
  }

  #backoff(tries: number): number {
    return backoffMs({ baseMs: this.config.retryBaseMs, capMs: this.config.retryCapMs }, tries);
  }
}

/** What was refused, or does not exist, would be refused again: a redrive could not help it. */
function isDeadLetter({ status, failures, reason }: Job): boolean {
  return status === 'failed' && (failures >= MOST_FAILURES || reason?.code === 'jobs.crashed-too-often');
}
