import { Clock } from '@manga-assist/foundation';
import { failpoint, MOST_FAILURES, type Job } from '@manga-assist/jobs';
import { deadLetter, done, retryIn, type Settlement } from '@manga-assist/queues';
import { Injectable } from '@nestjs/common';
import { asEnded } from './ended-job.ts';
import { FinishJob } from './finish-job.ts';
import { JobRows } from './job-rows.ts';
import { TryJob } from './try-job.ts';

const LEAST_WAIT_MS = 1_000;
/** Longer than finishing takes: after that, whoever ended the job has crashed. */
const FINISHING_MS = 10_000;

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
  async run(jobId: string, handBack: AbortSignal): Promise<Settlement> {
    const claimed = await this.rows.claim(jobId);
    switch (claimed.kind) {
      case 'claimed': {
        failpoint('job.claimed');
        const end = await this.tryJob.run(claimed.job, handBack);
        return 'job' in end ? this.#finish(end.job) : retryIn(end.retryInMs);
      }
      case 'expired':
      case 'given-up':
        return this.#finish(claimed.job);
      case 'ended':
        return this.#isBeingFinished(claimed.job) ? settlementOf(claimed.job) : this.#finish(claimed.job);
      case 'leased':
        return retryIn(Math.max(LEAST_WAIT_MS, claimed.untilMs - this.clock.nowMs()));
      case 'unknown':
        return deadLetter('jobs.unknown', 'There is no job with this id.');
    }
  }

  async #finish(job: Job): Promise<Settlement> {
    await this.finishJob.run(asEnded(job));
    failpoint('job.before_delete');
    return settlementOf(job);
  }

  /** This is a second message of a job that somebody has ended just now, and looks after. */
  #isBeingFinished({ endedAtMs = 0 }: Job): boolean {
    return this.clock.nowMs() - endedAtMs < FINISHING_MS;
  }
}

/** What failed for good goes where people look; but what was refused would be refused again, and a redrive could not help it. */
function settlementOf({ status, failures, reason }: Job): Settlement {
  const isDead = status === 'failed' && (failures >= MOST_FAILURES || reason?.code === 'jobs.crashed-too-often');
  return isDead && reason ? deadLetter(reason.code, reason.message) : done;
}
