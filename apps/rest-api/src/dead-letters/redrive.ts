import { AppError, toAppError, type Problem } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { JobStore } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import { DeadLetters, type DeadLetter, type DeadLetterFilter, type RedriveReport } from '@manga-assist/queues';
import type { RedriveRequest, RedriveResponse } from '@manga-assist/schemas/rest';
import { Injectable } from '@nestjs/common';
import { jobIdOf } from './dead-letter-response.ts';
import { RedriveAudit } from './redrive-audit.ts';

const MARK_TIMEOUT_MS = 10_000;
/** Below the time that a request has. */
const MOST_SECONDS = 15;

/** Sends dead letters back to where they came from, unchanged, and writes down who did it. */
@Injectable()
export class Redrive {
  constructor(
    private readonly deadLetters: DeadLetters,
    private readonly jobs: JobStore,
    private readonly audit: RedriveAudit,
    private readonly logger: Logger,
  ) {}

  /** Errors: `invalid` `request.invalid`; those of `DeadLetters` and `JobStore`. */
  async run(request: RedriveRequest, caller: Principal, signal: AbortSignal): Promise<RedriveResponse> {
    const filter = filterOf(request);
    const begun = await this.audit.begin(caller, { filter, isDryRun: request.dry_run }, signal);
    const report = await this.#redrive(request, filter, signal);
    await this.#markSent(report);
    await this.audit.end(begun, report);
    return responseOf(begun.redriveId, request, report);
  }

  #redrive({ limit, per_second: perSecond, dry_run: isDryRun }: RedriveRequest, filter: DeadLetterFilter, signal: AbortSignal): Promise<RedriveReport> {
    // The row before the message: a worker would find a failed job and let the message go.
    const beforeEach = async (letter: DeadLetter, ends: AbortSignal): Promise<boolean> => {
      const jobId = jobIdOf(letter);
      if (jobId !== undefined) await this.jobs.requeue(jobId, ends);
      return true;
    };
    return this.deadLetters.redrive(filter, { limit, perSecond, isDryRun, beforeEach }, signal);
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

function filterOf({ ids, code, source_queue: sourceQueue, limit, per_second: perSecond, dry_run: isDryRun }: RedriveRequest): DeadLetterFilter {
  const problems: Problem[] = [];
  if (ids === undefined && code === undefined && sourceQueue === undefined) problems.push({ path: '$', message: 'must say which: ids, code or source_queue' });
  const most = perSecond * MOST_SECONDS;
  if (!isDryRun && limit > most) problems.push({ path: 'limit', message: `must be at most ${most} at ${perSecond} a second: a redrive takes ${MOST_SECONDS} s at most, and may be repeated` });
  if (problems.length > 0) throw new AppError('invalid', 'request.invalid', 'Validation failed', { problems });
  return { ...(ids && { ids }), ...(code !== undefined && { code }), ...(sourceQueue !== undefined && { sourceQueue }) };
}

function responseOf(redriveId: string, { dry_run }: RedriveRequest, { matched, redriven, failed, messages }: RedriveReport): RedriveResponse {
  return {
    redrive_id: redriveId,
    dry_run,
    matched,
    redriven,
    failed,
    messages: messages.map(({ messageId, jobId, sourceQueue, code, outcome }) => ({
      message_id: messageId,
      ...(jobId !== undefined && { job_id: jobId }),
      source_queue: sourceQueue,
      code,
      outcome,
    })),
  };
}
