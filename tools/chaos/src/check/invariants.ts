import type { Job } from '@manga-assist/jobs';
import { isTerminal } from '@manga-assist/schemas/jobs';
import type { Accepted } from '../load/accepted.ts';
import { finding, some, type Finding } from '../report.ts';
import type { ReceivedEvent } from '../webhook-receiver.ts';
import { jobIn } from './job-lines.ts';
import type { JobLedgerRow, StoredJob } from './stores.ts';
import { checkTold } from './told.ts';

/** What is known after a run, from the stores, the topic, the receiver and the load itself. */
export interface Evidence {
  orders: readonly Accepted[];
  jobs: ReadonlyMap<string, Job>;
  /** Every row there is, whoever knows of it. */
  rows: readonly StoredJob[];
  /** Jobs that were made to fail. */
  hopeless: ReadonlySet<string>;
  resultKeys: ReadonlySet<string>;
  ledger: { jobs: readonly JobLedgerRow[]; calls: number; callCostUsd: number };
  topic: ReadonlyMap<string, number>;
  webhooks: readonly ReceivedEvent[];
  unsigned: number;
}

const linesOf = (jobs: readonly Job[]): string => some(jobs.map(jobIn));

/** I1 to I6, and the leases of I8, over every job that was accepted. */
export function checkJobs(evidence: Evidence): Finding[] {
  const { orders, jobs, rows, hopeless, resultKeys, ledger } = evidence;
  const all = orders.flatMap(({ jobId }) => jobs.get(jobId) ?? []);
  const ended = all.filter(({ status }) => isTerminal(status));
  const completed = all.filter(({ status }) => status === 'completed');
  const wrongEnd = ended.filter(({ jobId, status }) => status !== (hopeless.has(jobId) ? 'failed' : 'completed'));
  const known = new Set(orders.map(({ jobId }) => jobId));
  const unknown = rows.filter(({ jobId }) => !known.has(jobId)).map(({ jobId }) => jobId);
  const badPointer = completed.filter(({ owner, jobId, attempt, outcome }) => outcome?.resultKey !== `results/${owner.tenantId}/${jobId}/${attempt}.json` || !resultKeys.has(outcome.resultKey));
  const pointers = new Set(completed.map(({ outcome }) => outcome?.resultKey));
  const unfinished = ended.filter(({ pendingSteps }) => pendingSteps.length > 0);
  const leased = all.filter(({ leaseUntilMs, workerId }) => leaseUntilMs !== undefined || workerId !== undefined);

  return [
    finding('I1 every accepted job has ended, none is lost', ended.length === orders.length, `${ended.length} of ${orders.length}`),
    finding('   as it should', wrongEnd.length === 0, wrongEnd.length === 0 ? `${completed.length} completed, ${ended.length - completed.length} failed for good` : linesOf(wrongEnd)),
    finding('   and there is no other', unknown.length === 0 && rows.length === known.size, unknown.length === 0 ? `${rows.length} rows` : some(unknown)),
    finding('I2 one result pointer each, to the object of the attempt that won', badPointer.length === 0 && pointers.size === completed.length, `${pointers.size} pointers, ${resultKeys.size - pointers.size} orphans of lost attempts`),
    ...checkLedger(all, ledger),
    finding('I5 every outbox is empty', unfinished.length === 0, unfinished.length === 0 ? `${ended.length} done` : linesOf(unfinished)),
    ...checkTold(all, evidence),
    finding('I8 no lease is left', leased.length === 0, leased.length === 0 ? `${all.length} rows` : linesOf(leased)),
  ];
}

function checkLedger(jobs: readonly Job[], ledger: Evidence['ledger']): Finding[] {
  const rows = new Map(ledger.jobs.map((row) => [row.jobId, row]));
  const missing = jobs.filter(({ jobId }) => !rows.has(jobId));
  const owed = jobs.reduce((sum, { status, outcome }) => sum + (status === 'completed' ? (outcome?.costUsd ?? 0) : 0), 0);
  const booked = ledger.jobs.reduce((sum, { ownerCostUsd }) => sum + ownerCostUsd, 0);
  const isNegative = ledger.jobs.some(({ ownerCostUsd, wasteUsd }) => ownerCostUsd < 0 || wasteUsd < 0);
  const isEqual = Math.abs(owed - booked) < 1e-6;
  return [
    finding('I3 one ledger row each', missing.length === 0 && rows.size === ledger.jobs.length && rows.size === jobs.length, `${ledger.jobs.length} rows of jobs, ${ledger.calls} of calls`),
    finding('I4 what owners pay adds up', isEqual && !isNegative, `$${booked.toFixed(4)} booked, $${owed.toFixed(4)} in the jobs; the calls cost $${ledger.callCostUsd.toFixed(4)}`),
  ];
}
