import { Ids } from '@manga-assist/foundation';
import { claimCheckOf, failpoint, JobStore, SEND_GRACE_MS, type Job } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import { QueueSender } from '@manga-assist/queues';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { asEnded } from '../jobs/ended-job.ts';
import { FinishJob } from '../jobs/finish-job.ts';
import { OutboxWatch } from '../jobs/outbox-watch.ts';
import { TimeLimits } from '../jobs/time-limits.ts';

/** Ended jobs that are finished at once: enough to catch up after an outage of the topic, and no flood. */
const AT_ONCE = 10;
/** For all that is sent again in one look. */
const SEND_TIMEOUT_MS = 10_000;

/** Looks after jobs that nobody holds: not known to be sent, begun by somebody who has gone, ended with something left to do. */
@Injectable()
export class SweepJobs {
  constructor(
    private readonly jobs: JobStore,
    private readonly sender: QueueSender,
    private readonly finishJob: FinishJob,
    private readonly ids: Ids,
    private readonly config: AsyncWorkerConfig,
    private readonly limits: TimeLimits,
    private readonly watch: OutboxWatch,
    private readonly logger: Logger,
  ) {}

  /** How many were due; as many as were asked for means that there may be more. Several workers may sweep at once. */
  async run(signal: AbortSignal): Promise<number> {
    const due = await this.jobs.due(this.config.sweepLimit, signal);
    // What has not been begun comes before what has only to be told.
    await this.#sendAgain(due.flatMap((one) => (one.kind === 'send-again' ? [one.job] : [])), signal);
    for (const one of due) {
      if (one.kind !== 'unreadable') continue;
      const { jobId, isNewer, problem } = one;
      this.logger[isNewer ? 'warn' : 'error']({ jobId, problem }, 'a job cannot be read, and is put off');
      await this.#putOff(jobId);
    }
    await this.#finishAll(due.flatMap((one) => (one.kind === 'finish' || one.kind === 'expired' ? [one.job] : [])), signal);
    return due.length;
  }

  /**
   * A message that is in a queue after all makes this one the second, which finds the job leased or ended.
   * Put off before it is sent: of several sweepers that found it, one sends; should that one crash, it is due again.
   */
  async #sendAgain(jobs: readonly Job[], parent: AbortSignal): Promise<void> {
    if (jobs.length === 0) return;
    const deadline = this.limits.deadline(parent, SEND_TIMEOUT_MS);
    const { signal } = deadline;
    try {
      const isMine = await Promise.all(jobs.map(({ jobId }) => this.jobs.defer(jobId, SEND_GRACE_MS, signal)));
      const mine = jobs.filter((_, index) => isMine[index]);
      if (mine.length === 0) return;
      const sending = this.ids.uuid();
      const outcomes = await this.sender.sendMany(mine.map((job) => claimCheckOf(job, sending)), signal);
      failpoint('sweeper.after_send');
      await this.jobs.markSent(mine.filter((_, index) => outcomes[index]?.kind === 'sent').map(({ jobId }) => jobId), signal);
    } catch (error) {
      this.logger.warn({ error, jobs: jobs.length }, 'claim checks are sent again later');
    } finally {
      deadline.clear();
    }
  }

  async #finishAll(jobs: readonly Job[], signal: AbortSignal): Promise<void> {
    let isOutOfReach = false;
    for (let start = 0; start < jobs.length && !signal.aborted; start += AT_ONCE) {
      const some = jobs.slice(start, start + AT_ONCE);
      if (isOutOfReach) {
        await Promise.all(some.map(({ jobId }) => this.#putOff(jobId)));
        continue;
      }
      const isFinished = await Promise.all(some.map((job) => this.#finish(job)));
      // Ten that all failed: something that all need is away, and the others would take the same time to find out.
      isOutOfReach = some.length === AT_ONCE && !isFinished.includes(true);
    }
  }

  async #finish(job: Job): Promise<boolean> {
    if (await this.finishJob.run(asEnded(job))) return true;
    this.watch.left('job', job);
    await this.#putOff(job.jobId);
    return false;
  }

  /** With a time of its own, as the look's may be over; more or less, so that those that failed together do not come back together. */
  async #putOff(jobId: string): Promise<void> {
    const delayMs = this.config.retryCapMs * (0.5 + Math.random() / 2);
    try {
      await this.limits.within(this.config.storeTimeoutMs, (signal) => this.jobs.defer(jobId, delayMs, signal));
    } catch (error) {
      this.logger.warn({ error, jobId }, 'a job could not be put off');
    }
  }
}
