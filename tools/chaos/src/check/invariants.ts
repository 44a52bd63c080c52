import { eventIdOf, type Job } from '@manga-assist/jobs';
import { isTerminal } from '@manga-assist/schemas/jobs';
import type { Accepted } from '../load/accepted.ts';
import { finding, some, type Finding } from '../report.ts';
import type { ReceivedEvent } from '../webhook-receiver.ts';
import type { JobLedgerRow } from './stores.ts';

/** What is known after a run, from the stores, the topic, the receiver and the load itself. */
export interface Evidence {
  orders: readonly Accepted[];
  jobs: ReadonlyMap<string, Job>;
  /** Jobs that were made to fail. */
  hopeless: ReadonlySet<string>;
  resultKeys: ReadonlySet<string>;
  ledger: { jobs: readonly JobLedgerRow[]; calls: number; callCostUsd: number };
  topic: ReadonlyMap<string, number>;
  webhooks: readonly ReceivedEvent[];
  unsigned: number;
}

const idsOf = (jobs: readonly Job[]): string => some(jobs.map(({ jobId, status }) => `${jobId} ${status}`));

/** I1 to I5 over every job that was accepted; the jobs of batches are told of by their batch. */
export function checkJobs({ orders, jobs, hopeless, resultKeys, ledger, topic, webhooks, unsigned }: Evidence): Finding[] {
  const all = orders.flatMap(({ jobId }) => jobs.get(jobId) ?? []);
  const ended = all.filter(({ status }) => isTerminal(status));
  const completed = all.filter(({ status }) => status === 'completed');
  const wrongEnd = ended.filter(({ jobId, status }) => status !== (hopeless.has(jobId) ? 'failed' : 'completed'));
  const badPointer = completed.filter(({ owner, jobId, attempt, outcome }) => outcome?.resultKey !== `results/${owner.tenantId}/${jobId}/${attempt}.json` || !resultKeys.has(outcome.resultKey));
  const pointers = new Set(completed.map(({ outcome }) => outcome?.resultKey));
  const unfinished = ended.filter(({ pendingSteps }) => pendingSteps.length > 0);

  const single = all.filter(({ batch }) => batch === undefined);
  const events = new Map(single.map(({ jobId, status }) => [eventIdOf(jobId, `job.${status}`), jobId]));
  const told = new Set(webhooks.map(({ webhookId }) => webhookId));
  const toldOf = webhooks.filter(({ type }) => type !== 'batch.completed');
  const untold = [...events.keys()].filter((id) => !told.has(id));
  const strange = toldOf.filter(({ webhookId, about }) => events.get(webhookId) !== about);
  const unheard = [...events.keys()].filter((id) => !topic.has(id));
  const foreign = toldOf.filter(({ tenant, about }) => jobs.get(about)?.owner.tenantId !== tenant);

  return [
    finding('I1 every accepted job has ended, none is lost', ended.length === orders.length, `${ended.length} of ${orders.length}`),
    finding('   as it should', wrongEnd.length === 0, wrongEnd.length === 0 ? `${completed.length} completed, ${ended.length - completed.length} failed for good` : idsOf(wrongEnd)),
    finding('I2 one result pointer each, to the object of the attempt that won', badPointer.length === 0 && pointers.size === completed.length, `${pointers.size} pointers, ${resultKeys.size - pointers.size} orphans of lost attempts`),
    ...checkLedger(all, ledger),
    finding('I5 every outbox is empty', unfinished.length === 0, unfinished.length === 0 ? `${ended.length} done` : idsOf(unfinished)),
    finding('   every end was told on the topic', unheard.length === 0, `${topic.size} events, ${[...topic.values()].reduce((sum, times) => sum + times, 0)} messages`),
    finding('   every end was told to its webhook', untold.length === 0, `${events.size - untold.length} of ${events.size} ids`),
    finding('   webhook ids are those of the jobs, and signed', strange.length === 0 && unsigned === 0, `${webhooks.length} calls, ${webhooks.length - told.size} repeated, ${unsigned} with a bad signature`),
    finding('I6 nothing was told to another tenant', foreign.length === 0, `${toldOf.length} calls looked at`),
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
