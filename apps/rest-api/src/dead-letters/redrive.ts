import { AppError, Clock, Ids, toAppError } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { JobStore, RedriveLog } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import { DeadLetters, type DeadLetterFilter, type RedriveReport } from '@manga-assist/queues';
import type { RedriveRequest, RedriveResponse } from '@manga-assist/schemas/rest';
import { Injectable } from '@nestjs/common';
import { jobIdOf } from './dead-letter-response.ts';

const MARK_TIMEOUT_MS = 10_000;

/** Sends dead letters back to where they came from, unchanged, and writes down who did it. */
@Injectable()
export class Redrive {
  constructor(
    private readonly deadLetters: DeadLetters,
    private readonly jobs: JobStore,
    private readonly log: RedriveLog,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly logger: Logger,
  ) {}

  /** Errors: `invalid` `request.invalid`; those of `DeadLetters` and `JobStore`. */
  async run(request: RedriveRequest, caller: Principal, signal: AbortSignal): Promise<RedriveResponse> {
    const filter = filterOf(request);
    const report = await this.deadLetters.redrive(
      filter,
      {
        limit: request.limit,
        perSecond: request.per_second,
        isDryRun: request.dry_run,
        // The row before the message: a worker would find a failed job and let the message go.
        beforeEach: async (letter, ends) => {
          const jobId = jobIdOf(letter);
          if (jobId !== undefined) await this.jobs.requeue(jobId, ends);
          return true;
        },
      },
      signal,
    );
    await this.#markSent(report);
    const redriveId = this.ids.sortable('red');
    const { matched, redriven, failed } = report;
    const record = { redriveId, atMs: this.clock.nowMs(), by: `${caller.tenantId}/${caller.subject}`, filter, isDryRun: request.dry_run, matched, redriven, failed };
    this.logger.info({ redriveId, isDryRun: record.isDryRun, matched, redriven, failed }, 'dead letters redriven');
    await this.log.append(record, signal);
    return {
      redrive_id: redriveId,
      dry_run: request.dry_run,
      matched,
      redriven,
      failed,
      messages: report.messages.map(({ messageId, jobId, sourceQueue, code, outcome }) => ({
        message_id: messageId,
        ...(jobId !== undefined && { job_id: jobId }),
        source_queue: sourceQueue,
        code,
        outcome,
      })),
    };
  }

  /**
   * Known to be sent, or a sweeper would send them again behind every backlog. With a time of its own,
   * because a caller who leaves has redriven all the same.
   */
  async #markSent({ messages }: RedriveReport): Promise<void> {
    const jobIds = messages.flatMap(({ outcome, jobId }) => (outcome === 'redriven' && jobId !== undefined ? [jobId] : []));
    try {
      await this.jobs.markSent(jobIds, AbortSignal.timeout(MARK_TIMEOUT_MS));
    } catch (error) {
      this.logger.warn({ error: toAppError(error), jobs: jobIds.length }, 'redriven jobs are not marked as sent, and may be sent twice');
    }
  }
}

function filterOf({ ids, code, source_queue: sourceQueue }: RedriveRequest): DeadLetterFilter {
  if (ids === undefined && code === undefined && sourceQueue === undefined) {
    throw new AppError('invalid', 'request.invalid', 'Validation failed', { problems: [{ path: '$', message: 'must say which: ids, code or source_queue' }] });
  }
  return { ...(ids && { ids }), ...(code !== undefined && { code }), ...(sourceQueue !== undefined && { sourceQueue }) };
}
