import { StoppedClock } from '@manga-assist/foundation/testing';
import type { Job, JobOrder } from '../job.ts';
import type { ClaimAnswer, DueJob, JobClaim, JobStore } from '../job-store.ts';
import { anOrder } from './a-job.ts';

export const LEASE_MS = 30_000;
export const NOTHING_SPENT = { inputTokens: 0, outputTokens: 0, costUsd: 0 };
export const REASON = { code: 'bedrock.unfit-answer', message: 'The answer does not have the shape that was asked for.' };

type ReadableDueJob = Exclude<DueJob, { kind: 'unreadable' }>;

/** How a contract opens the store that it tests, with the clock that the store reads. */
export type OpenJobStore = (clock: StoppedClock) => JobStore;

/** A store, its clock, and the nouns of the sentences about it. */
export class JobDesk {
  // The real time, because a local table deletes by the real time.
  readonly clock = new StoppedClock(Date.now());
  readonly store: JobStore;

  constructor(open: OpenJobStore) {
    this.store = open(this.clock);
  }

  get signal(): AbortSignal {
    return AbortSignal.timeout(20_000);
  }

  async have(fields: Partial<JobOrder> = {}): Promise<JobOrder> {
    const order = anOrder({ createdAtMs: this.clock.nowMs(), ...fields });
    if (!(await this.store.create(order, this.signal))) throw new Error('there was such a job already');
    return order;
  }

  tryClaim(jobId: string, workerId = 'worker-1', leaseMs = LEASE_MS): Promise<ClaimAnswer> {
    return this.store.claim(jobId, { workerId, leaseMs }, this.signal);
  }

  /** Begins an attempt that must begin. */
  async claim(jobId: string, workerId?: string): Promise<JobClaim> {
    const answer = await this.tryClaim(jobId, workerId);
    if (answer.kind !== 'claimed') throw new Error(`the job was not claimed but ${answer.kind}`);
    return { jobId, attempt: answer.job.attempt };
  }

  /** As if the worker had died, and nobody came for a while. */
  passLease(leaseMs = LEASE_MS): void {
    this.clock.advance(leaseMs + 5_000);
  }

  async see({ owner, jobId }: JobOrder): Promise<Job> {
    const job = await this.store.get(owner, jobId, this.signal);
    if (!job) throw new Error('there is no such job');
    return job;
  }

  /** What is due of this job now; a table may hold the jobs of other tests too. */
  async due(jobId: string): Promise<ReadableDueJob | undefined> {
    return (await this.allDue()).find(({ job }) => job.jobId === jobId);
  }

  async allDue(): Promise<ReadableDueJob[]> {
    return (await this.store.due(2_000, this.signal)).filter((due) => due.kind !== 'unreadable');
  }

  async isDue(jobId: string): Promise<DueJob['kind'] | undefined> {
    return (await this.due(jobId))?.kind;
  }
}
