import type { EndedJob } from './job.ts';

/** One row for each ended job beside the rows of its calls: what it used and what its owner pays. */
export abstract class JobLedger {
  /** Once per job however often it is called; the owner of a failed, cancelled or expired job pays nothing, the cost is booked as waste. */
  abstract settle(job: EndedJob, signal: AbortSignal): Promise<void>;
  abstract close(): Promise<void>;
}
