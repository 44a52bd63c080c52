import type { EndedJob, JobUsage } from './job.ts';

/** Who bears what an ended job has cost: its owner what the result has, the house everything else. */
export function costsOf({ status, outcome, spent }: EndedJob): { ownerCostUsd: number; waste: JobUsage & { costUsd: number } } {
  if (status !== 'completed') return { ownerCostUsd: 0, waste: spent };
  return { ownerCostUsd: outcome?.costUsd ?? 0, waste: outcome?.waste ?? spent };
}

/** One row for each ended job beside the rows of its calls: what it used and what its owner pays. */
export abstract class JobLedger {
  /** Once per job however often it is called; the owner of a failed, cancelled or expired job pays nothing, the cost is booked as waste. */
  abstract settle(job: EndedJob, signal: AbortSignal): Promise<void>;
  abstract close(): Promise<void>;
}
