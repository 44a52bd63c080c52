import { toAppError } from '@manga-assist/foundation';
import { claimCheckOf, JobStore, type JobOrder } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import { QueueSender } from '@manga-assist/queues';
import { Injectable } from '@nestjs/common';

/**
 * Puts the claim checks of jobs, whose rows are written, into their queues. Never throws: what could
 * not be sent, or not be marked as sent, is due in half a minute and sent by a worker.
 */
@Injectable()
export class SendClaimChecks {
  constructor(
    private readonly queues: QueueSender,
    private readonly jobs: JobStore,
    private readonly logger: Logger,
  ) {}

  /** True when all of them are in their queues and marked so. */
  async of(orders: readonly JobOrder[], signal: AbortSignal): Promise<boolean> {
    try {
      const outcomes = await this.queues.sendMany(orders.map((order) => claimCheckOf(order)), signal);
      const sent = orders.filter((_, index) => outcomes[index]?.kind === 'sent').map(({ jobId }) => jobId);
      await this.jobs.markSent(sent, signal);
      if (sent.length < orders.length) this.logger.warn({ unsent: orders.length - sent.length }, 'claim checks are sent later');
      return sent.length === orders.length;
    } catch (error) {
      this.logger.warn({ error: toAppError(error), jobs: orders.length }, 'claim checks are sent later');
      return false;
    }
  }
}
