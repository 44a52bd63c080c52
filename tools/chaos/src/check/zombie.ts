import type { Job } from '@manga-assist/jobs';
import { finding, some, type Finding } from '../report.ts';
import type { ReceivedEvent } from '../webhook-receiver.ts';

/** An attempt of the frozen worker at a job that somebody else had begun when it was thawed. */
export interface TakenAttempt {
  jobId: string;
  attempt: number;
  /** By the log of the worker that was frozen. */
  outcome: string | undefined;
}

/**
 * That a write of its own was refused or did not get through, that it left the job alone when it saw that the message
 * was no longer its own, or that it was frozen before it had heard that it had the job at all.
 */
const WITHOUT_EFFECT: ReadonlySet<string | undefined> = new Set(['lost', 'handed-back', 'given-back', 'unwritten', 'unclaimed']);

interface Effects {
  jobs: ReadonlyMap<string, Job>;
  ledgerRows: readonly { jobId: string }[];
  webhooks: readonly ReceivedEvent[];
}

/** The frozen worker came back to jobs that were others' by then: it ended none of them, and each has the effects of one attempt. */
export function checkZombie({ freezes, taken }: { freezes: number; taken: readonly TakenAttempt[] }, { jobs, ledgerRows, webhooks }: Effects): Finding[] {
  const rows = Map.groupBy(ledgerRows, ({ jobId }) => jobId);
  const told = Map.groupBy(webhooks, ({ about }) => about);
  const hasOneEnd = ({ jobId, attempt }: TakenAttempt): boolean => {
    const job = jobs.get(jobId);
    if (job === undefined) return false;
    const ids = new Set(told.get(job.batch?.batchId ?? jobId)?.map(({ webhookId }) => webhookId));
    return job.attempt > attempt && rows.get(jobId)?.length === 1 && ids.size === 1;
  };
  const named = ({ jobId, attempt, outcome }: TakenAttempt): string => `${jobId} attempt ${attempt} ${outcome ?? 'never ended'}`;
  const refused = taken.filter(({ outcome }) => outcome === 'lost').length;
  const unfenced = taken.filter(({ outcome }) => !WITHOUT_EFFECT.has(outcome)).map(named);
  const double = taken.filter((attempt) => !hasOneEnd(attempt)).map(named);
  const counts = `frozen ${freezes} times in the middle of a job, ${taken.length} jobs were taken by others, ${refused} late writes were refused`;
  return [
    finding('a frozen worker lost jobs to others, and ended none of them', freezes > 0 && refused > 0 && unfenced.length === 0, unfenced.length === 0 ? counts : some(unfenced)),
    finding('   none of these jobs has two effects', double.length === 0, double.length === 0 ? `${taken.length} jobs` : some(double)),
  ];
}
