import { describe, expect, it } from '@jest/globals';
import { eventIdOf, type Job } from '@manga-assist/jobs';
import { anEndedJob, anOutcome, aJob } from '@manga-assist/jobs/testing';
import { checkJobs, type Evidence } from './invariants.ts';

const keyOf = ({ owner, jobId, attempt }: Job): string => `results/${owner.tenantId}/${jobId}/${attempt}.json`;

function ended(): Job {
  const job = anEndedJob({ pendingSteps: [], attempt: 2 });
  return { ...job, outcome: anOutcome({ resultKey: keyOf(job), costUsd: 0.25 }) };
}

/** A run in which all went well. */
function evidence(jobs: readonly Job[] = [ended(), ended(), ended()]): Evidence {
  const eventId = ({ jobId, status }: Job): string => eventIdOf(jobId, `job.${status}`);
  return {
    orders: jobs,
    jobs: new Map(jobs.map((job) => [job.jobId, job])),
    rows: jobs.map(({ jobId, owner }) => ({ jobId, tenantId: owner.tenantId })),
    hopeless: new Set(),
    resultKeys: new Set(jobs.map(keyOf)),
    ledger: { jobs: jobs.map(({ jobId, owner }) => ({ jobId, tenantId: owner.tenantId, outcome: 'completed', ownerCostUsd: 0.25, wasteUsd: 0 })), calls: 3, callCostUsd: 0.75 },
    topic: new Map(jobs.map((job) => [eventId(job), 1])),
    webhooks: jobs.map((job) => ({ webhookId: eventId(job), type: 'job.completed', about: job.jobId, tenant: job.owner.tenantId, atMs: 0 })),
    unsigned: 0,
  };
}

const failed = (run: Evidence): string[] => checkJobs(run).filter(({ isOk }) => !isOk).map(({ name }) => name.trim().split(' ')[0] ?? '');
const first = <T>(items: Iterable<T>): T => [...items][0] as T;

describe('the check of a run', () => {
  it('finds nothing where nothing is wrong, though orphans lie about and webhooks were repeated', () => {
    const run = evidence();

    expect(failed({ ...run, resultKeys: new Set([...run.resultKeys, 'results/store/orphan/1.json']), webhooks: [...run.webhooks, first(run.webhooks)] })).toEqual([]);
  });

  it('finds a job that is lost, and one that is still open', () => {
    const run = evidence();

    expect(failed({ ...run, orders: [...run.orders, aJob()] })).toContain('I1');
    expect(failed(evidence([ended(), aJob({ status: 'processing' })]))).toContain('I1');
  });

  it('finds a job that ended as it should not', () => {
    expect(failed(evidence([ended(), anEndedJob({ status: 'failed', pendingSteps: [] })]))).toContain('as');
    const run = evidence();
    expect(failed({ ...run, hopeless: new Set([first(run.jobs.keys())]) })).toContain('as');
  });

  it('finds a job that nobody has ordered', () => {
    const run = evidence();

    expect(failed({ ...run, rows: [...run.rows, { jobId: 'somebody else', tenantId: 'store' }] })).toEqual(['and']);
  });

  it('finds a lease that was left, and whose it is', () => {
    expect(failed(evidence([ended(), { ...ended(), leaseUntilMs: 1 }]))).toEqual(['I8']);
    expect(failed(evidence([ended(), { ...ended(), workerId: 'host:1' }]))).toEqual(['I8']);
  });

  it('finds a pointer to nothing, to another attempt, and one that two jobs share', () => {
    const run = evidence();
    const job = ended();
    const shared = { ...ended(), outcome: job.outcome ?? anOutcome() };

    expect(failed({ ...run, resultKeys: new Set() })).toContain('I2');
    expect(failed(evidence([{ ...job, attempt: 3 }]))).toContain('I2');
    expect(failed(evidence([job, shared]))).toContain('I2');
  });

  it('finds a ledger row that is missing, double, or of nobody', () => {
    const { ledger, ...run } = evidence();
    const row = first(ledger.jobs);

    for (const jobs of [ledger.jobs.slice(1), [...ledger.jobs, row], [...ledger.jobs, { ...row, jobId: 'somebody else' }]]) {
      expect(failed({ ...run, ledger: { ...ledger, jobs } })).toContain('I3');
    }
  });

  it('finds money that does not add up', () => {
    const { ledger, ...run } = evidence();
    const wrong = (ownerCostUsd: number) => ({ ...ledger, jobs: [{ ...first(ledger.jobs), ownerCostUsd }, ...ledger.jobs.slice(1)] });

    expect(failed({ ...run, ledger: wrong(0.26) })).toContain('I4');
    expect(failed({ ...run, ledger: wrong(-0.25) })).toContain('I4');
  });

  it('finds an outbox that is not empty, and an end that was told to nobody', () => {
    const run = evidence();

    expect(failed(evidence([{ ...ended(), pendingSteps: ['notify'] }]))).toContain('I5');
    expect(failed({ ...run, topic: new Map() })).toContain('every');
    expect(failed({ ...run, webhooks: run.webhooks.slice(1) })).toContain('every');
  });

  it('finds webhooks with a strange id, a bad signature, or of another tenant', () => {
    const run = evidence();
    const event = first(run.webhooks);

    expect(failed({ ...run, webhooks: [...run.webhooks, { ...event, webhookId: 'evt_another' }] })).toContain('webhook');
    expect(failed({ ...run, unsigned: 1 })).toContain('webhook');
    expect(failed({ ...run, webhooks: [{ ...event, tenant: 'partner' }, ...run.webhooks.slice(1)] })).toContain('I6');
  });
});
