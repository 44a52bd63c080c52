import { AppError, SystemClock, toAppError, type Clock } from '@manga-assist/foundation';
import { isTerminal, type TerminalJobStatus } from '@manga-assist/schemas/jobs';
import type { CatalogueEffect, EffectState, Job, JobOrder, JobOutcomeRecord, JobOwner, JobReason, JobUsage, ListedEffectState, OutboxStep } from '../job.ts';
import {
  CRASHED_TOO_OFTEN,
  EFFECT_BEFORE,
  EXPIRED,
  GIVEN_BACK_GRACE_MS,
  LEASE_GRACE_MS,
  LOST_GRACE_MS,
  MOST_ATTEMPTS,
  MOST_FAILURES,
  OUTBOX_GRACE_MS,
  REDRIVEN_FOR_MS,
  RETENTION_SECONDS,
  SEND_GRACE_MS,
  stepsAfter,
  stepsAfterRedrive,
} from '../job-rules.ts';
import { JobStore, type ClaimAnswer, type DueJob, type EffectsPage, type FailureAnswer, type HeartbeatAnswer, type JobClaim, type RecordedEffect, type UnreadableRow } from '../job-store.ts';
import { checkOrderFits, checkOutcomeFits } from '../row-limits.ts';

type Spent = JobUsage & { costUsd: number };

interface Row {
  job: Job;
  /** Attempts begun and neither ended nor given back. */
  unended: number;
  dueAtMs: number | undefined;
  isRedriven: boolean;
  /** When its effect got the state that it has. */
  reviewAtMs: number;
}

/** Jobs in this process, with every rule of the real store. One file, because it is one state machine. */
export class InMemoryJobStore extends JobStore {
  /** Every call fails as if the table could not be reached. */
  isDown = false;
  /** Rows of these jobs look as no row of this version does. */
  readonly unreadable = new Map<string, UnreadableRow>();
  readonly #rows = new Map<string, Row>();
  readonly #clock: Clock;

  constructor(clock: Clock = new SystemClock()) {
    super();
    this.#clock = clock;
  }

  async create(order: JobOrder, signal: AbortSignal): Promise<boolean> {
    checkOrderFits(order);
    this.#reach(signal);
    if (this.#row(order.jobId)) return false;
    const job: Job = {
      ...structuredClone(order),
      status: 'queued',
      attempt: 0,
      failures: 0,
      isCancelRequested: false,
      progress: { done: 0, total: 1 },
      spent: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
      pendingSteps: [],
    };
    this.#rows.set(order.jobId, { job, unended: 0, dueAtMs: Math.min(this.#nowMs + SEND_GRACE_MS, order.expiresAtMs), isRedriven: false, reviewAtMs: 0 });
    return true;
  }

  async markSent(jobIds: readonly string[], signal: AbortSignal): Promise<void> {
    this.#reach(signal);
    for (const jobId of jobIds) {
      const row = this.#row(jobId);
      if (!row || isTerminal(row.job.status) || this.#isLeased(row.job)) continue;
      const { status, expiresAtMs } = row.job;
      row.job.sentAtMs = this.#nowMs;
      row.dueAtMs = status === 'queued' ? expiresAtMs : Math.min(this.#nowMs + GIVEN_BACK_GRACE_MS, expiresAtMs);
    }
  }

  async get(owner: JobOwner, jobId: string, signal: AbortSignal): Promise<Job | undefined> {
    this.#reach(signal);
    const row = this.#rowOf(owner, jobId);
    return row && seen(row);
  }

  async getMany(owner: JobOwner, jobIds: readonly string[], signal: AbortSignal): Promise<readonly Job[]> {
    this.#reach(signal);
    return [...new Set(jobIds)].flatMap((jobId) => this.#rowOf(owner, jobId) ?? []).map(seen);
  }

  async claim(jobId: string, { workerId, leaseMs, messageId }: { workerId: string; leaseMs: number; messageId?: string }, signal: AbortSignal): Promise<ClaimAnswer> {
    this.#reach(signal);
    const row = this.#row(jobId);
    if (!row) return { kind: 'unknown' };
    const unreadable = this.unreadable.get(jobId);
    if (unreadable) return { kind: 'unreadable', ...unreadable };
    const { job } = row;
    if (isTerminal(job.status)) return { kind: 'ended', job: seen(row) };
    if (this.#isLeased(job)) return { kind: 'leased', untilMs: (job.leaseUntilMs ?? 0) + LEASE_GRACE_MS };
    if (job.isCancelRequested) return { kind: 'ended', job: this.#end(row, 'cancelled') };
    if (job.expiresAtMs <= this.#nowMs) return { kind: 'expired', job: this.#end(row, 'expired', { reason: EXPIRED }) };
    if (row.unended >= MOST_ATTEMPTS) return { kind: 'given-up', job: this.#end(row, 'failed', { reason: CRASHED_TOO_OFTEN, ...(messageId !== undefined && { messageId }) }) };
    const leaseUntilMs = this.#nowMs + leaseMs;
    delete job.messageId;
    Object.assign(job, { status: 'processing', attempt: job.attempt + 1, leaseUntilMs, workerId, ...(messageId !== undefined && { messageId }) });
    row.unended++;
    row.dueAtMs = leaseUntilMs + LOST_GRACE_MS;
    return { kind: 'claimed', job: seen(row) };
  }

  async heartbeat(
    claim: JobClaim,
    { leaseMs, progress, checkpointKey }: { leaseMs: number; progress?: { done: number; total: number }; checkpointKey?: string },
    signal: AbortSignal,
  ): Promise<HeartbeatAnswer> {
    this.#reach(signal);
    const row = this.#held(claim);
    if (!row) return 'lost';
    const leaseUntilMs = this.#nowMs + leaseMs;
    Object.assign(row.job, { leaseUntilMs, ...(progress && { progress: { ...progress } }), ...(checkpointKey !== undefined && { checkpointKey }) });
    row.dueAtMs = leaseUntilMs + LOST_GRACE_MS;
    return row.job.isCancelRequested ? 'cancel-requested' : 'continue';
  }

  async complete(claim: JobClaim, outcome: JobOutcomeRecord, signal: AbortSignal): Promise<Job | undefined> {
    checkOutcomeFits(outcome);
    this.#reach(signal);
    const row = this.#held(claim);
    if (!row) return this.#endedBy(claim, 'completed');
    row.job.progress = { done: row.job.progress.total, total: row.job.progress.total };
    this.#end(row, 'completed', { outcome: structuredClone(outcome) });
    row.reviewAtMs = this.#nowMs;
    if (outcome.catalogueEffect?.state === 'approved') row.job.pendingSteps = [...row.job.pendingSteps, 'catalogue'];
    return seen(row);
  }

  async fail(claim: JobClaim, { reason, isFinal, spent }: { reason: JobReason; isFinal: boolean; spent: Spent }, signal: AbortSignal): Promise<FailureAnswer> {
    this.#reach(signal);
    const row = this.#held(claim);
    if (!row) return this.#failedBefore(claim, isFinal);
    spend(row, spent);
    row.job.failures++;
    if (isFinal || row.job.failures >= MOST_FAILURES) return { kind: 'failed', job: this.#end(row, 'failed', { reason: { ...reason } }) };
    this.#giveBack(row);
    return { kind: 'queued', failures: row.job.failures };
  }

  async release(claim: JobClaim, spent: Spent, signal: AbortSignal): Promise<boolean> {
    this.#reach(signal);
    const row = this.#held(claim);
    if (!row) return this.#isGivenBack(claim);
    spend(row, spent);
    this.#giveBack(row);
    return true;
  }

  async confirmCancelled(claim: JobClaim, spent: Spent, signal: AbortSignal): Promise<Job | undefined> {
    this.#reach(signal);
    const row = this.#held(claim);
    if (!row) return this.#endedBy(claim, 'cancelled');
    spend(row, spent);
    return this.#end(row, 'cancelled');
  }

  async cancel(owner: JobOwner, jobId: string, signal: AbortSignal): Promise<Job | undefined> {
    this.#reach(signal);
    const row = this.#rowOf(owner, jobId);
    if (!row) return undefined;
    if (row.job.status === 'queued') {
      this.#end(row, 'cancelled');
      row.dueAtMs = this.#nowMs;
    }
    if (row.job.status === 'processing') row.job.isCancelRequested = true;
    return seen(row);
  }

  async requeue(jobId: string, signal: AbortSignal): Promise<Job | undefined> {
    this.#reach(signal);
    const row = this.#row(jobId);
    if (row?.job.status !== 'failed') return undefined;
    const { reason: _reason, endedAtMs: _endedAtMs, ...job } = row.job;
    row.job = {
      ...job,
      status: 'queued',
      failures: 0,
      isCancelRequested: false,
      pendingSteps: [],
      expiresAtMs: Math.max(job.expiresAtMs, this.#nowMs + REDRIVEN_FOR_MS),
    };
    row.unended = 0;
    row.isRedriven = true;
    row.dueAtMs = this.#nowMs + SEND_GRACE_MS;
    return seen(row);
  }

  async stepsDone({ jobId, attempt }: JobClaim, steps: readonly OutboxStep[], signal: AbortSignal): Promise<void> {
    this.#reach(signal);
    const row = this.#row(jobId);
    if (!row || row.job.attempt !== attempt || !isTerminal(row.job.status)) return;
    row.job.pendingSteps = row.job.pendingSteps.filter((step) => !steps.includes(step));
    if (row.job.pendingSteps.length === 0) row.dueAtMs = undefined;
  }

  async due(limit: number, signal: AbortSignal): Promise<readonly DueJob[]> {
    this.#reach(signal);
    const due = [...this.#rows.keys()].flatMap((jobId) => this.#row(jobId) ?? []).filter(({ dueAtMs = Infinity }) => dueAtMs <= this.#nowMs);
    return due
      .sort((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0))
      .slice(0, limit)
      .flatMap((row): DueJob[] => {
        const unreadable = this.unreadable.get(row.job.jobId);
        if (unreadable) return [{ kind: 'unreadable', jobId: row.job.jobId, ...unreadable }];
        if (isTerminal(row.job.status)) return [{ kind: 'finish', job: seen(row) }];
        if (this.#isLeased(row.job)) return [];
        if (row.job.expiresAtMs > this.#nowMs) return [{ kind: 'send-again', job: seen(row) }];
        return [{ kind: 'expired', job: this.#end(row, 'expired', { reason: EXPIRED }) }];
      });
  }

  async defer(jobId: string, delayMs: number, signal: AbortSignal): Promise<boolean> {
    this.#reach(signal);
    const row = this.#row(jobId);
    if (row?.dueAtMs === undefined || row.dueAtMs > this.#nowMs) return false;
    row.dueAtMs = this.#nowMs + delayMs;
    return true;
  }

  async effects(tenantId: string, { state, limit, after }: { state: ListedEffectState; limit: number; after?: string }, signal: AbortSignal): Promise<EffectsPage> {
    this.#reach(signal);
    const direction = state === 'awaiting-approval' ? 1 : -1;
    const all = [...this.#rows.keys()]
      .flatMap((jobId) => this.#row(jobId) ?? [])
      .filter(({ job }) => job.owner.tenantId === tenantId && stateOf(job) === state)
      .sort((a, b) => direction * (a.reviewAtMs - b.reviewAtMs));
    const start = after === undefined ? 0 : all.findIndex(({ job }) => job.jobId === after) + 1;
    const jobs = all.slice(start, start + limit).map(seen);
    const next = jobs.length < limit ? undefined : jobs.at(-1)?.jobId;
    return { jobs, ...(next !== undefined && { next }) };
  }

  async decide(tenantId: string, jobId: string, { approve, decidedBy }: { approve: boolean; decidedBy: string }, signal: AbortSignal): Promise<Job | undefined> {
    this.#reach(signal);
    const row = this.#rowOfTenant(tenantId, jobId);
    if (row && stateOf(row.job) === 'awaiting-approval') this.#changeEffect(row, { state: approve ? 'approved' : 'rejected', decidedBy }, 'catalogue');
    return row && stateOf(row.job) !== undefined ? seen(row) : undefined;
  }

  async undo(tenantId: string, jobId: string, { undoneBy }: { undoneBy: string }, signal: AbortSignal): Promise<Job | undefined> {
    this.#reach(signal);
    const row = this.#rowOfTenant(tenantId, jobId);
    if (row && stateOf(row.job) === 'applied') this.#changeEffect(row, { state: 'undo-requested', undoneBy }, 'undo');
    return row && stateOf(row.job) !== undefined ? seen(row) : undefined;
  }

  async recordEffect({ jobId }: Pick<Job, 'jobId' | 'owner'>, state: RecordedEffect, signal: AbortSignal): Promise<void> {
    this.#reach(signal);
    const row = this.#row(jobId);
    if (row && stateOf(row.job) === EFFECT_BEFORE[state]) this.#changeEffect(row, { state });
  }

  async isReachable(): Promise<boolean> {
    return !this.isDown;
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  get #nowMs(): number {
    return this.#clock.nowMs();
  }

  #reach(signal: AbortSignal): void {
    if (signal.aborted) throw toAppError(signal.reason);
    if (this.isDown) throw new AppError('unavailable', 'jobs.unavailable', 'Requests cannot be reached just now; try again.', { retryAfterMs: 1_000 });
  }

  #row(jobId: string): Row | undefined {
    const row = this.#rows.get(jobId);
    const isForgotten = row && (Math.ceil(row.job.createdAtMs / 1_000) + RETENTION_SECONDS) * 1_000 <= this.#nowMs;
    return isForgotten ? undefined : row;
  }

  #rowOfTenant(tenantId: string, jobId: string): Row | undefined {
    const row = this.#row(jobId);
    return row?.job.owner.tenantId === tenantId ? row : undefined;
  }

  #changeEffect(row: Row, change: Partial<CatalogueEffect>, step?: OutboxStep): void {
    Object.assign(row.job.outcome?.catalogueEffect ?? {}, change);
    row.reviewAtMs = this.#nowMs;
    if (step === undefined) return;
    row.job.pendingSteps = [...row.job.pendingSteps, step];
    row.dueAtMs = this.#nowMs;
  }

  #rowOf({ tenantId, subject }: JobOwner, jobId: string): Row | undefined {
    const row = this.#row(jobId);
    return row?.job.owner.tenantId === tenantId && row.job.owner.subject === subject ? row : undefined;
  }

  #held({ jobId, attempt }: JobClaim): Row | undefined {
    const row = this.#rows.get(jobId);
    return row?.job.status === 'processing' && row.job.attempt === attempt ? row : undefined;
  }

  #isLeased({ status, leaseUntilMs = 0 }: Job): boolean {
    return status === 'processing' && leaseUntilMs > this.#nowMs - LEASE_GRACE_MS;
  }

  #end(row: Row, status: TerminalJobStatus, how: { reason?: JobReason; outcome?: JobOutcomeRecord; messageId?: string } = {}): Job {
    const { leaseUntilMs: _leaseUntilMs, workerId: _workerId, ...job } = row.job;
    row.job = { ...job, status, endedAtMs: this.#nowMs, pendingSteps: row.isRedriven ? stepsAfterRedrive(job) : stepsAfter(job), ...how };
    row.dueAtMs = this.#nowMs + OUTBOX_GRACE_MS;
    return seen(row);
  }

  #giveBack(row: Row): void {
    const { leaseUntilMs: _leaseUntilMs, workerId: _workerId, ...job } = row.job;
    row.job = { ...job, status: 'queued' };
    row.unended--;
    row.dueAtMs = this.#nowMs + GIVEN_BACK_GRACE_MS;
  }

  /** The same attempt ends once; told of it again, it hears the same. */
  #endedBy({ jobId, attempt }: JobClaim, status: TerminalJobStatus): Job | undefined {
    const row = this.#rows.get(jobId);
    return row?.job.status === status && row.job.attempt === attempt ? seen(row) : undefined;
  }

  #isGivenBack({ jobId, attempt }: JobClaim): boolean {
    const job = this.#rows.get(jobId)?.job;
    return job?.status === 'queued' && job.attempt === attempt;
  }

  #failedBefore(claim: JobClaim, isFinal: boolean): FailureAnswer {
    const failures = this.#rows.get(claim.jobId)?.job.failures ?? 0;
    if (!isFinal && this.#isGivenBack(claim)) return { kind: 'queued', failures };
    const job = this.#endedBy(claim, 'failed');
    return job ? { kind: 'failed', job } : { kind: 'lost' };
  }
}

const stateOf = ({ outcome }: Job): EffectState | undefined => outcome?.catalogueEffect?.state;
const seen = ({ job }: Row): Job => structuredClone(job);

function spend({ job }: Row, { inputTokens, outputTokens, costUsd }: Spent): void {
  const { spent } = job;
  job.spent = { inputTokens: spent.inputTokens + inputTokens, outputTokens: spent.outputTokens + outputTokens, costUsd: spent.costUsd + costUsd };
}
