import { LanguageModel } from '@manga-assist/bedrock';
import { AppError, toAppError, type JsonObject } from '@manga-assist/foundation';
import { failpoint, JobResults, type Job, type JobOutcomeRecord, type JobUsage } from '@manga-assist/jobs';
import { Injectable } from '@nestjs/common';
import { EffectRules } from '../catalogue/effect-rules.ts';
import type { JobProduct } from '../types/job-handler.ts';
import { inputOf, JobHandlers } from '../types/job-handlers.ts';
import { JobWork, type JobReports } from '../types/job-work.ts';
import { MeteredModel } from '../types/metered-model.ts';
import type { JobLease } from './job-lease.ts';
import { TimeLimits } from './time-limits.ts';

/** What an attempt has made, or why it has not; either way what it used. */
export type WorkDone = { kind: 'made'; outcome: JobOutcomeRecord } | WorkFailed;
export interface WorkFailed {
  kind: 'failed';
  error: AppError;
  spent: JobUsage & { costUsd: number };
}

/** Inline up to this length as JSON, so that a webhook's body stays below 20 kB. */
const MOST_INLINE_BYTES = 8_192;

/** The work of one attempt: its type's handler, within its time, and the result as an object in S3. */
@Injectable()
export class DoJob {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly model: LanguageModel,
    private readonly results: JobResults,
    private readonly rules: EffectRules,
    private readonly limits: TimeLimits,
  ) {}

  /** Never throws: what went wrong is said together with what was spent on it. */
  async run(job: Job, lease: JobLease): Promise<WorkDone> {
    const meter = new MeteredModel(this.model);
    try {
      return { kind: 'made', outcome: await this.#make(job, lease, meter) };
    } catch (error) {
      return { kind: 'failed', error: toAppError(error), spent: meter.spent };
    }
  }

  async #make(job: Job, lease: JobLease, model: MeteredModel): Promise<JobOutcomeRecord> {
    const handler = this.handlers.for(job);
    const definition = handler.definitionOf(job.type);
    const deadline = this.limits.deadline(lease.signal, definition.deadlineMs);
    try {
      const { signal } = deadline;
      const work = new JobWork({ job, type: job.type, input: inputOf(job), definition, model, signal, ...this.#reports(job, lease) });
      const product = await handler.run(work);
      failpoint('job.after_model');
      const { key, bytes } = await this.results.put(placeOf(job), product.result, signal);
      failpoint('job.after_s3');
      return this.#outcome(product, { key, bytes }, { model, promptVersion: definition.promptVersion });
    } catch (error) {
      if (deadline.signal.aborted && !lease.signal.aborted) {
        throw new AppError('timed-out', 'jobs.took-too-long', 'The job took longer than its type allows.', { cause: error });
      }
      throw error;
    } finally {
      deadline.clear();
    }
  }

  #outcome({ result, proposal }: JobProduct, stored: { key: string; bytes: number }, { model, promptVersion }: { model: MeteredModel; promptVersion: string }): JobOutcomeRecord {
    const { inputTokens, outputTokens, costUsd } = model.spent;
    return {
      resultKey: stored.key,
      resultBytes: stored.bytes,
      ...(stored.bytes <= MOST_INLINE_BYTES && { inlineResult: result }),
      ...(model.answeredBy && { model: model.answeredBy, isDegraded: model.isDegraded }),
      promptVersion,
      usage: { inputTokens, outputTokens },
      costUsd,
      ...(proposal && { catalogueEffect: this.rules.judge(proposal) }),
    };
  }

  #reports(job: Job, lease: JobLease): JobReports {
    return {
      progress: (done, total) => lease.tell({ done, total }),
      checkpoint: async (step, total, checkpoint) => {
        const checkpointKey = await this.results.putCheckpoint(placeOf(job), step, checkpoint, lease.signal);
        await lease.beat({ progress: { done: step, total }, checkpointKey });
        failpoint('job.after_checkpoint');
      },
      lastCheckpoint: () => this.#lastCheckpoint(job, lease.signal),
    };
  }

  /** One that has been cleared away in the meantime only means more work. */
  async #lastCheckpoint({ checkpointKey }: Job, signal: AbortSignal): Promise<JsonObject | undefined> {
    if (checkpointKey === undefined) return undefined;
    try {
      return await this.results.getCheckpoint(checkpointKey, signal);
    } catch (error) {
      if (toAppError(error).kind === 'not-found') return undefined;
      throw error;
    }
  }
}

function placeOf({ owner, jobId, attempt }: Job): { owner: { tenantId: string }; jobId: string; attempt: number } {
  return { owner, jobId, attempt };
}
