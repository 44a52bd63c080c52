import { Clock, Ids, toAppError } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { RedriveLog, type RedriveRecord } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import type { RedriveReport } from '@manga-assist/queues';
import { Injectable } from '@nestjs/common';

const WRITE_TIMEOUT_MS = 10_000;

/** Who sends which dead letters back: written down before anything is done, and again when it is done. */
@Injectable()
export class RedriveAudit {
  constructor(
    private readonly log: RedriveLog,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly logger: Logger,
  ) {}

  /** Throws what `RedriveLog` throws: nothing is done of which nobody would know by whom. */
  async begin({ tenantId, subject }: Principal, about: Pick<RedriveRecord, 'filter' | 'isDryRun'>, signal: AbortSignal): Promise<RedriveRecord> {
    const nothingYet = { isFinished: false, matched: 0, redriven: 0, failed: 0, messages: [] };
    const record = { redriveId: this.ids.sortable('red'), atMs: this.clock.nowMs(), by: `${tenantId}/${subject}`, ...about, ...nothingYet };
    await this.log.append(record, signal);
    return record;
  }

  /** With a time of its own: what was sent back for a caller who has left was sent back all the same. */
  async end(record: RedriveRecord, { matched, redriven, failed, messages }: RedriveReport): Promise<void> {
    const { redriveId, isDryRun } = record;
    this.logger.info({ redriveId, isDryRun, matched, redriven, failed }, 'dead letters redriven');
    const told = messages.map(({ messageId, jobId, outcome }) => ({ messageId, ...(jobId !== undefined && { jobId }), outcome }));
    try {
      await this.log.append({ ...record, isFinished: true, matched, redriven, failed, messages: told }, AbortSignal.timeout(WRITE_TIMEOUT_MS));
    } catch (error) {
      this.logger.error({ error: toAppError(error), redriveId }, 'how a redrive ended is not written down');
    }
  }
}
