import { Clock } from '@manga-assist/foundation';
import { failpoint, MOST_FAILURES, type Job, type JobReason } from '@manga-assist/jobs';
import { deadLetter, done, retryIn, type Settlement } from '@manga-assist/queues';
import { Injectable } from '@nestjs/common';
import { asEnded } from './ended-job.ts';
import { FinishJob } from './finish-job.ts';
import { JobRows } from './job-rows.ts';
import { TryJob } from './try-job.ts';

const LEAST_WAIT_MS = 1_000;
/** A lease is often given back long before it is over: its message must not sleep through that. */
const LONGEST_WAIT_MS = 10_000;
/** Longer than finishing takes: after that, whoever ended the job has crashed. */
const FINISHING_MS = 10_000;
/** A row of a newer version's shape: another worker, or this one after its deploy, will know it. */
const NEWER_ROW_WAIT_MS = 60_000;
const NOTHING_SPENT = { inputTokens: 0, outputTokens: 0, costUsd: 0 };

/** One delivery of a job's claim check, from the claim to what becomes of the message. */
@Injectable()
export class RunJob {
  constructor(
    private readonly rows: JobRows,
    private readonly tryJob: TryJob,
    private readonly finishJob: FinishJob,
    private readonly clock: Clock,
  ) {}

  /** `handBack` fires when the worker drains. Throws when the store cannot be reached: the message comes back. */
  async run(jobId: string, handBack: AbortSignal, messageId?: string): Promise<Settlement> {
    const claimed = await this.rows.claim(jobId, messageId);
    switch (claimed.kind) {
      case 'claimed': {
        failpoint('job.claimed');
        const end = await this.tryJob.run(claimed.job, handBack);
        return 'job' in end ? this.#finish(end.job, messageId) : retryIn(end.retryInMs);
      }
      case 'expired':
      case 'given-up':
        return this.#finish(claimed.job, messageId);
      case 'ended':
        return this.#isBeingFinished(claimed.job) ? settlementOf(claimed.job, messageId) : this.#finish(claimed.job, messageId);
      case 'leased':
        return retryIn(Math.min(LONGEST_WAIT_MS, Math.max(LEAST_WAIT_MS, claimed.untilMs - this.clock.nowMs())));
      case 'unreadable':
        return claimed.isNewer ? retryIn(NEWER_ROW_WAIT_MS) : deadLetter('jobs.unreadable', `The row of this job cannot be read: ${claimed.problem}.`);
      case 'unknown':
        return deadLetter('jobs.unknown', 'There is no job with this id.');
    }
  }

  /** A message that names its job and is wrong otherwise: its job, unless somebody is at it by another message, ends for that reason. */
  async refuse(jobId: string, reason: JobReason, messageId?: string): Promise<Settlement> {
    const claimed = await this.rows.claim(jobId, messageId);
    if (claimed.kind === 'claimed') {
      const answer = await this.rows.fail({ jobId, attempt: claimed.job.attempt }, { reason, isFinal: true, spent: NOTHING_SPENT });
      if (answer.kind === 'failed') await this.#finish(answer.job, messageId);
    } else if ('job' in claimed) {
      await this.#finish(claimed.job, messageId);
    }
    return deadLetter(reason.code, reason.message);
  }

  async #finish(job: Job, messageId: string | undefined): Promise<Settlement> {
    await this.finishJob.run(asEnded(job));
    failpoint('job.before_delete');
    return settlementOf(job, messageId);
  }

  /** This is a second message of a job that somebody has ended just now, and looks after. */
  #isBeingFinished({ endedAtMs = 0 }: Job): boolean {
    return this.clock.nowMs() - endedAtMs < FINISHING_MS;
  }
}

/** What failed for good goes where people look; but what was refused would be refused again, and a redrive could not help it. */
function settlementOf(job: Job, messageId: string | undefined): Settlement {
  const { status, failures, reason } = job;
  const isDead = status === 'failed' && (failures >= MOST_FAILURES || reason?.code === 'jobs.crashed-too-often');
  return isDead && reason && isItsMessage(job, messageId) ? deadLetter(reason.code, reason.message) : done;
}

/**
 * A job has one dead letter, however many messages there are of it: the one it failed by. That one comes
 * back until it lies there, should its worker crash before.
 */
function isItsMessage(job: Job, messageId: string | undefined): boolean {
  return messageId === undefined || job.messageId === undefined || job.messageId === messageId;
}
