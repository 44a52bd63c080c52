import type { Job, JobOrder, JobOutcomeRecord, JobOwner, JobReason, JobUsage, ListedEffectState, OutboxStep } from './job.ts';

/** What a worker holds while it works: the fence of everything it writes. */
export interface JobClaim {
  jobId: string;
  attempt: number;
}

/** A row that this version of the code cannot read: written by a newer one, as happens while a deploy rolls on, or broken. */
export interface UnreadableRow {
  isNewer: boolean;
  /** For logs. */
  problem: string;
}

export type ClaimAnswer =
  /** Work on it. `attempt` has been counted and the lease runs. */
  | { kind: 'claimed'; job: Job }
  /** Somebody else is at it; come back when their lease ends. */
  | { kind: 'leased'; untilMs: number }
  /** It has ended; nothing to do but what its outbox still holds. */
  | { kind: 'ended'; job: Job }
  /** Its time was over before it began: the store has just ended it as `expired`. */
  | { kind: 'expired'; job: Job }
  /** It was begun so often without an end that it is taken to kill its workers: just ended as `failed` `jobs.crashed-too-often`. */
  | { kind: 'given-up'; job: Job }
  /** Nobody of this version can work on it. */
  | ({ kind: 'unreadable' } & UnreadableRow)
  /** There is no such job. */
  | { kind: 'unknown' };

export type HeartbeatAnswer = 'continue' | 'cancel-requested' | 'lost';

export type FailureAnswer =
  /** It is queued again; this many failures are counted. */
  | { kind: 'queued'; failures: number }
  /** That was the last one allowed, or it cannot succeed: ended as `failed`. */
  | { kind: 'failed'; job: Job }
  | { kind: 'lost' };

/** What the sweeper finds to do. */
export type DueJob =
  /** Written, but not known to be sent (30 s), or its lease ended long ago: send its claim check again. */
  | { kind: 'send-again'; job: Job }
  /** Ended with steps of its outbox left. */
  | { kind: 'finish'; job: Job }
  /** Its time is over and nobody has begun it: already ended as `expired` by this look. */
  | { kind: 'expired'; job: Job }
  /** It is to be put off, and stands in nobody's way. */
  | ({ kind: 'unreadable'; jobId: string } & UnreadableRow);

/** How the steps `catalogue` and `undo` end. */
export type RecordedEffect = 'applied' | 'outdated' | 'rejected' | 'undone' | 'superseded';

/** Where a list of effects goes on. */
export interface EffectsPage {
  jobs: readonly Job[];
  /** There may be more: ask again with this as `after`. */
  next?: string;
}

/**
 * Jobs, one row each, every change one conditional write of that row.
 *
 * A worker's writes are fenced by its attempt: after another has claimed the job they change nothing
 * and say `lost`. Reading is by owner: another owner's job and no job look the same.
 * Errors: `unavailable` `jobs.unavailable`; `timed-out` and `cancelled` by the signal.
 */
export abstract class JobStore {
  /** Writes a queued job, due to be sent again in 30 s; false when the id is there already (nothing changes). Error: `invalid` `jobs.too-large` beyond 256 KiB. */
  abstract create(order: JobOrder, signal: AbortSignal): Promise<boolean>;
  /** Its claim check is in a queue: a queued job is not due before it expires, one whose worker has died for a quarter of an hour. */
  abstract markSent(jobIds: readonly string[], signal: AbortSignal): Promise<void>;

  abstract get(owner: JobOwner, jobId: string, signal: AbortSignal): Promise<Job | undefined>;
  /** Those of the ids that exist and are the owner's, in any order. At most 100. */
  abstract getMany(owner: JobOwner, jobIds: readonly string[], signal: AbortSignal): Promise<readonly Job[]>;

  /** Begins an attempt when the job is queued, or processing with a lease that ended (with 5 s of grace for clocks). */
  abstract claim(jobId: string, worker: { workerId: string; leaseMs: number; messageId?: string }, signal: AbortSignal): Promise<ClaimAnswer>;
  /** Keeps the lease alive and tells of progress; learns of a wish to cancel. */
  abstract heartbeat(
    claim: JobClaim,
    beat: { leaseMs: number; progress?: { done: number; total: number }; checkpointKey?: string },
    signal: AbortSignal,
  ): Promise<HeartbeatAnswer>;
  /** The end of a job that succeeded: pointer, usage and outbox in one write. Undefined: lost to another attempt. Error: `invalid` `jobs.too-large` beyond 96 KiB. */
  abstract complete(claim: JobClaim, outcome: JobOutcomeRecord, signal: AbortSignal): Promise<Job | undefined>;
  /** A counted failure: three of them, or `isFinal`, end the job as `failed`; else it is queued again. */
  abstract fail(claim: JobClaim, failure: { reason: JobReason; isFinal: boolean; spent: JobUsage & { costUsd: number } }, signal: AbortSignal): Promise<FailureAnswer>;
  /** Gives the job back without counting a failure or a crash: draining, throttled, a dependency away. False: lost. */
  abstract release(claim: JobClaim, spent: JobUsage & { costUsd: number }, signal: AbortSignal): Promise<boolean>;
  /** The worker has stopped because of a wish to cancel: ended as `cancelled`. */
  abstract confirmCancelled(claim: JobClaim, spent: JobUsage & { costUsd: number }, signal: AbortSignal): Promise<Job | undefined>;

  /** Ends a queued job as `cancelled` at once, asks a processing one to stop; an ended one stays as it is. Undefined: no such job of this owner. */
  abstract cancel(owner: JobOwner, jobId: string, signal: AbortSignal): Promise<Job | undefined>;
  /**
   * A failed job is queued again with its failures and crashes forgotten (redrive); its attempts count on, because they are the fence.
   * One of a batch is told of by itself from here on: its batch may have ended. Undefined when it is not `failed`.
   */
  abstract requeue(jobId: string, signal: AbortSignal): Promise<Job | undefined>;

  /** Steps of this end's outbox that are done; when none is left the job is not due any more. Fenced: a job that was queued again since then keeps its steps. */
  abstract stepsDone(ended: JobClaim, steps: readonly OutboxStep[], signal: AbortSignal): Promise<void>;
  /** Up to `limit` jobs that are due now, over all shards; each look ends what has expired. */
  abstract due(limit: number, signal: AbortSignal): Promise<readonly DueJob[]>;
  /** Puts a due job off, so that the next look does not find it again at once. True for one of those who try it together. */
  abstract defer(jobId: string, delayMs: number, signal: AbortSignal): Promise<boolean>;

  /** Jobs of a tenant by what has become of their catalogue effect: those that await approval oldest first, all others newest first. */
  abstract effects(tenantId: string, wanted: { state: ListedEffectState; limit: number; after?: string }, signal: AbortSignal): Promise<EffectsPage>;
  /**
   * A person's word on a job of the tenant, whoever ordered it: the outbox step `catalogue` is due again. Only what awaits it is decided:
   * the state of what comes back tells. Undefined: no such job, or none with a change.
   */
  abstract decide(tenantId: string, jobId: string, decision: { approve: boolean; decidedBy: string }, signal: AbortSignal): Promise<Job | undefined>;
  /**
   * Asks for an applied change of the tenant to be undone: the outbox step `undo` is due. Asked again it changes nothing.
   * The state of what comes back tells: `undo-requested` or `undone`, and any other that there is nothing to undo.
   * Undefined: no such job, or none with a change.
   */
  abstract undo(tenantId: string, jobId: string, undo: { undoneBy: string }, signal: AbortSignal): Promise<Job | undefined>;
  /** What became of the change. A step that is late changes nothing: only what was approved is applied, and only what was asked for undone. */
  abstract recordEffect(job: Pick<Job, 'jobId' | 'owner'>, state: RecordedEffect, signal: AbortSignal): Promise<void>;

  abstract isReachable(signal: AbortSignal): Promise<boolean>;
  abstract close(): Promise<void>;
}
