import { failpoint, JobStore, OUTBOX_STEPS, type EndedJob, type OutboxStep } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { OutboxSteps } from './outbox-steps.ts';
import { OutboxWatch } from './outbox-watch.ts';
import { TimeLimits } from './time-limits.ts';

/**
 * What follows a job's end: the steps of its outbox. Each may be done again without a second effect, so
 * a crash anywhere costs nothing but the repetition: the sweeper finds the row until its outbox is empty.
 */
@Injectable()
export class FinishJob {
  constructor(
    private readonly jobs: JobStore,
    private readonly steps: OutboxSteps,
    private readonly config: AsyncWorkerConfig,
    private readonly limits: TimeLimits,
    private readonly watch: OutboxWatch,
    private readonly logger: Logger,
  ) {}

  /** True when nothing is left to do. Never throws: a step that fails is found and done later. */
  async run(job: EndedJob): Promise<boolean> {
    const pending = OUTBOX_STEPS.filter((step) => job.pendingSteps.includes(step));
    const finished: OutboxStep[] = [];
    for (const step of pending) {
      if (await this.#tried(job, step)) finished.push(step);
    }
    failpoint('job.before_steps_done');
    return (await this.#wroteDown(job, finished)) && finished.length === pending.length;
  }

  async #tried(job: EndedJob, step: OutboxStep): Promise<boolean> {
    try {
      await this.limits.within(this.config.storeTimeoutMs, (signal) => this.steps.do(step, job, signal));
      // Nothing in tools/chaos takes a change back.
      if (step !== 'undo') failpoint(`job.after_${step}`);
      return true;
    } catch (error) {
      this.watch.failed(step);
      this.logger.warn({ error, jobId: job.jobId, step }, 'a step after a job has failed, and is tried again');
      return false;
    }
  }

  async #wroteDown({ jobId, attempt }: EndedJob, finished: readonly OutboxStep[]): Promise<boolean> {
    if (finished.length === 0) return true;
    try {
      await this.limits.within(this.config.storeTimeoutMs, (signal) => this.jobs.stepsDone({ jobId, attempt }, finished, signal));
      return true;
    } catch (error) {
      this.logger.warn({ error, jobId }, 'steps after a job are done but not written down');
      return false;
    }
  }
}
