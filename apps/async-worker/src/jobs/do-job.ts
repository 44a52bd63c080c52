import { LanguageModel } from '@manga-assist/bedrock';
import { AppError, toAppError } from '@manga-assist/foundation';
import { failpoint, type Job, type JobOutcomeRecord } from '@manga-assist/jobs';
import type { Deadline } from '@manga-assist/resilience';
import { Injectable } from '@nestjs/common';
import { EffectRules } from '../catalogue/effect-rules.ts';
import type { JobProduct } from '../types/job-handler.ts';
import { inputOf, JobHandlers } from '../types/job-handlers.ts';
import { JobWork, type JobReports } from '../types/job-work.ts';
import { MeteredModel } from '../types/metered-model.ts';
import type { Spending } from '../types/spending.ts';
import { AttemptAccount } from './attempt-account.ts';
import type { JobLease } from './job-lease.ts';
import { JobObjects } from './job-objects.ts';
import { TimeLimits } from './time-limits.ts';

/** What an attempt has made, or why it has not; either way what it used by itself, and what of that was of use. */
export type WorkDone = WorkMade | WorkFailed;
export interface WorkMade {
  kind: 'made';
  outcome: JobOutcomeRecord;
  used: Spending;
  wasted: Spending;
}
export interface WorkFailed {
  kind: 'failed';
  error: AppError;
  /** For the row: with what a crashed attempt before it has left unbooked. */
  spent: Spending;
  used: Spending;
  wasted: Spending;
}

interface Attempt {
  job: Job;
  lease: JobLease;
  model: MeteredModel;
  account: AttemptAccount;
}

/** Inline up to this length as JSON, so that a webhook's body stays below 20 kB. */
const MOST_INLINE_BYTES = 8_192;

/** The work of one attempt: its type's handler, within its time, and the result as an object in S3. */
@Injectable()
export class DoJob {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly model: LanguageModel,
    private readonly objects: JobObjects,
    private readonly rules: EffectRules,
    private readonly limits: TimeLimits,
  ) {}

  /** Never throws: what went wrong is said together with what was spent on it. */
  async run(job: Job, lease: JobLease): Promise<WorkDone> {
    const model = new MeteredModel(this.model);
    const account = new AttemptAccount(job, model);
    try {
      const outcome = await this.#make({ job, lease, model, account });
      return { kind: 'made', outcome, ...account.ofUse({ hasResult: true }) };
    } catch (error) {
      return { kind: 'failed', error: toAppError(error), spent: account.toBook, ...account.ofUse({ hasResult: false }) };
    }
  }

  async #make(attempt: Attempt): Promise<JobOutcomeRecord> {
    const { job, lease, account } = attempt;
    const handler = this.handlers.for(job);
    const { deadlineMs, promptVersion } = handler.definitionOf(job.type);
    const deadline = this.limits.deadline(lease.signal, deadlineMs);
    let product: JobProduct;
    try {
      await this.objects.checkReachable(deadline.signal);
      product = await handler.run(this.#workOf(attempt, deadline));
    } catch (error) {
      if (deadline.signal.aborted && !lease.signal.aborted) {
        throw new AppError('timed-out', 'jobs.took-too-long', 'The job took longer than its type allows.', { cause: error });
      }
      throw error;
    } finally {
      deadline.clear();
    }
    failpoint('job.after_model');
    // What has been paid for is kept also when the time for making it is over.
    const { key, bytes } = await this.objects.put(job, product.result, lease.signal);
    failpoint('job.after_s3');
    const catalogueEffect = product.proposal && this.rules.judge(product.proposal, job);
    return {
      resultKey: key,
      resultBytes: bytes,
      ...(bytes <= MOST_INLINE_BYTES && { inlineResult: product.result }),
      promptVersion,
      ...account.outcome,
      ...(catalogueEffect && { catalogueEffect }),
    };
  }

  #workOf(attempt: Attempt, { signal }: Deadline): JobWork {
    const { job, model } = attempt;
    const definition = this.handlers.for(job).definitionOf(job.type);
    return new JobWork({ job, type: job.type, input: inputOf(job), definition, model, signal, ...this.#reports(attempt, signal) });
  }

  #reports({ job, lease, account }: Attempt, signal: AbortSignal): JobReports {
    return {
      progress: (done, total) => lease.tell({ done, total }),
      checkpoint: async (step, total, work) => {
        const checkpointKey = await this.objects.putCheckpoint(job, step, account.toKeep(work), lease.signal);
        await lease.beat({ progress: { done: step, total }, checkpointKey });
        account.wasKept();
        failpoint('job.after_checkpoint');
      },
      lastCheckpoint: async () => {
        const kept = await this.objects.lastCheckpoint(job, signal);
        return kept && account.takeUp(kept);
      },
    };
  }
}
