import { toAppError } from '@manga-assist/foundation';
import type { EndedJob } from '../job.ts';
import { costsOf, JobLedger } from '../job-ledger.ts';
import { RedriveLog, type RedriveRecord } from '../redrive-log.ts';

/** The rows of jobs, in this process. */
export class InMemoryJobLedger extends JobLedger {
  /** By job: one row each, of how it ended at last. */
  readonly rows = new Map<string, EndedJob>();

  async settle(job: EndedJob, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw toAppError(signal.reason);
    const earlier = this.rows.get(job.jobId);
    if (!earlier || earlier.attempt < job.attempt) this.rows.set(job.jobId, structuredClone(job));
  }

  /** What its row says of the money. */
  costsOf(jobId: string): ReturnType<typeof costsOf> | undefined {
    const job = this.rows.get(jobId);
    return job && costsOf(job);
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}

/** Redrives, in this process. */
export class InMemoryRedriveLog extends RedriveLog {
  readonly #records = new Map<string, RedriveRecord>();

  async append(record: RedriveRecord, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw toAppError(signal.reason);
    if (this.#records.get(record.redriveId)?.isFinished !== true) this.#records.set(record.redriveId, structuredClone(record));
  }

  async recent(limit: number, signal: AbortSignal): Promise<readonly RedriveRecord[]> {
    if (signal.aborted) throw toAppError(signal.reason);
    return [...this.#records.values()].sort((a, b) => (a.redriveId < b.redriveId ? 1 : -1)).slice(0, limit);
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}
