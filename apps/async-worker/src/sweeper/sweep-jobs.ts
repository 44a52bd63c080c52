import { Ids } from '@manga-assist/foundation';
import { claimCheckOf, failpoint, JobStore, type Job } from '@manga-assist/jobs';
import { QueueSender } from '@manga-assist/queues';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { FinishJob } from '../jobs/finish-job.ts';
import { asEnded } from '../jobs/ended-job.ts';

/** Ended jobs that are finished at once: enough to catch up after an outage of the topic, and no flood. */
const AT_ONCE = 10;

/** Looks after jobs that nobody holds: not known to be sent, begun by somebody who has gone, ended with something left to do. */
@Injectable()
export class SweepJobs {
  constructor(
    private readonly jobs: JobStore,
    private readonly sender: QueueSender,
    private readonly finishJob: FinishJob,
    private readonly ids: Ids,
    private readonly config: AsyncWorkerConfig,
  ) {}

  /** How many were due; as many as were asked for means that there may be more. Several workers may sweep at once. */
  async run(signal: AbortSignal): Promise<number> {
    const due = await this.jobs.due(this.config.sweepLimit, signal);
    const ended = due.flatMap(({ kind, job }) => (kind === 'send-again' ? [] : [job]));
    const unsent = due.flatMap(({ kind, job }) => (kind === 'send-again' ? [job] : []));
    for (let start = 0; start < ended.length; start += AT_ONCE) {
      signal.throwIfAborted();
      await Promise.all(ended.slice(start, start + AT_ONCE).map((job) => this.#finish(job, signal)));
    }
    await this.#sendAgain(unsent, signal);
    return due.length;
  }

  async #finish(job: Job, signal: AbortSignal): Promise<void> {
    if (!(await this.finishJob.run(asEnded(job)))) await this.jobs.defer(job.jobId, this.config.retryCapMs, signal);
  }

  /** A message that is in a queue after all makes this one the second, which finds the job leased or ended. */
  async #sendAgain(jobs: readonly Job[], signal: AbortSignal): Promise<void> {
    if (jobs.length === 0) return;
    const sending = this.ids.uuid();
    const outcomes = await this.sender.sendMany(jobs.map((job) => claimCheckOf(job, sending)), signal);
    failpoint('sweeper.after_send');
    const isSent = (_: Job, index: number): boolean => outcomes[index]?.kind === 'sent';
    await this.jobs.markSent(jobs.filter(isSent).map(({ jobId }) => jobId), signal);
    const unsent = jobs.filter((job, index) => !isSent(job, index));
    await Promise.all(unsent.map(({ jobId }) => this.jobs.defer(jobId, this.config.retryCapMs, signal)));
  }
}
