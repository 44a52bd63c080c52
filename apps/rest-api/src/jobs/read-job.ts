import { AppError, toAppError } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { JobResults, JobStore, type Job } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import type { JobStatusResponse } from '@manga-assist/schemas/rest';
import { Injectable } from '@nestjs/common';
import { jobStatusOf } from './job-status.ts';

/** Larger results are linked to. */
const MOST_INLINE_BYTES = 64 * 1024;
const LINK_SECONDS = 900;

/** The same answer for a job that does not exist and for another owner's. */
export const noSuchJob = (): AppError => new AppError('not-found', 'jobs.not-found', 'Request not found');

/** GET /v1/manga/status/{request_id}: the row, and the result where there is one. */
@Injectable()
export class ReadJob {
  constructor(
    private readonly jobs: JobStore,
    private readonly results: JobResults,
    private readonly logger: Logger,
  ) {}

  /** Errors: `not-found` `jobs.not-found`; `unavailable` `jobs.unavailable`. */
  async run(caller: Principal, jobId: string, signal: AbortSignal): Promise<JobStatusResponse> {
    const job = await this.jobs.get(caller, jobId, signal);
    if (job === undefined) throw noSuchJob();
    return { ...jobStatusOf(job), ...(await this.#resultOf(job, signal)) };
  }

  async #resultOf({ jobId, outcome }: Job, signal: AbortSignal): Promise<Pick<JobStatusResponse, 'result' | 'result_url'>> {
    if (outcome?.inlineResult !== undefined) return { result: outcome.inlineResult };
    const { resultKey, resultBytes = Infinity } = outcome ?? {};
    if (resultKey === undefined) return {};
    if (resultBytes > MOST_INLINE_BYTES) return this.#linkTo(resultKey);
    try {
      return { result: await this.results.get(resultKey, signal) };
    } catch (error) {
      if (signal.aborted) throw error;
      // How the job stands is known without S3.
      this.logger.warn({ error: toAppError(error), jobId }, 'a result cannot be read, and is linked to');
      return this.#linkTo(resultKey);
    }
  }

  async #linkTo(resultKey: string): Promise<Pick<JobStatusResponse, 'result_url'>> {
    return { result_url: await this.results.link(resultKey, LINK_SECONDS) };
  }
}
