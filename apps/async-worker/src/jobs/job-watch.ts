import type { AppError } from '@manga-assist/foundation';
import type { Job, JobOutcomeRecord, JobUsage } from '@manga-assist/jobs';
import { Logger, Metrics, SECONDS_BUCKETS, type Counter, type Histogram } from '@manga-assist/observability';
import { Injectable } from '@nestjs/common';

/** How an attempt ended: as its job did, or not at all; `unwritten`: the store could not be told, and whoever comes next begins anew. */
export type AttemptOutcome = 'unwritten' | 'completed' | 'failed' | 'failed-for-good' | 'cancelled' | 'given-back' | 'handed-back' | 'lost';

/** From seconds to half an hour. */
const JOB_BUCKETS = [...SECONDS_BUCKETS, 120, 300, 900, 1_800];

/** What operators see of jobs. */
@Injectable()
export class JobWatch {
  readonly #seconds: Histogram<'type' | 'outcome'>;
  readonly #failures: Counter<'type' | 'code' | 'counted'>;
  readonly #tokens: Counter<'type' | 'direction'>;
  readonly #cost: Counter<'type' | 'use'>;
  readonly #swept: Counter<'kind'>;

  constructor(
    metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.#seconds = metrics.histogram({ name: 'manga_job_attempt_seconds', help: 'Seconds of an attempt at a job, from its claim to its end.', labels: ['type', 'outcome'], buckets: JOB_BUCKETS });
    this.#failures = metrics.counter({ name: 'manga_job_failures_total', help: 'Failed attempts at jobs by their code, and whether they count towards the three a job has.', labels: ['type', 'code', 'counted'] });
    this.#tokens = metrics.counter({ name: 'manga_job_tokens_total', help: 'Tokens that attempts used.', labels: ['type', 'direction'] });
    this.#cost = metrics.counter({ name: 'manga_job_cost_usd_total', help: 'US dollars that attempts cost: for results, or wasted.', labels: ['type', 'use'] });
    this.#swept = metrics.counter({ name: 'manga_jobs_swept_total', help: 'Jobs and batches that were due.', labels: ['kind'] });
  }

  attempt(job: Job, outcome: AttemptOutcome, durationMs: number): void {
    const { type } = job;
    this.#seconds.observe({ type, outcome }, durationMs / 1_000);
    this.logger.info({ ...about(job), outcome, durationMs: Math.round(durationMs) }, 'an attempt at a job has ended');
  }

  used({ type }: Job, { usage, costUsd }: Pick<JobOutcomeRecord, 'usage' | 'costUsd'>): void {
    this.#spent(type, usage, costUsd, 'result');
  }

  wasted({ type }: Job, { costUsd, ...usage }: JobUsage & { costUsd: number }): void {
    this.#spent(type, usage, costUsd, 'waste');
  }

  /** `isCounted`: of the three that a job has. */
  failure(job: Job, error: AppError, { isCounted }: { isCounted: boolean }): void {
    this.#failures.add({ type: job.type, code: error.code, counted: String(isCounted) });
    this.logger.warn({ error, ...about(job), isCounted }, 'an attempt at a job has failed');
  }

  swept(kind: string, count: number): void {
    this.#swept.add({ kind }, count);
  }

  #spent(type: string, { inputTokens, outputTokens }: JobUsage, costUsd: number, use: 'result' | 'waste'): void {
    this.#tokens.add({ type, direction: 'in' }, inputTokens);
    this.#tokens.add({ type, direction: 'out' }, outputTokens);
    this.#cost.add({ type, use }, costUsd);
  }
}

/** By what the lines of an attempt are found, beside those of the request that asked for it. */
function about({ jobId, requestId, traceParent, type, attempt }: Job): object {
  return { jobId, requestId, ...(traceParent !== undefined && { traceId: traceParent.split('-')[1] }), type, attempt };
}
