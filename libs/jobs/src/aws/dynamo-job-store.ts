import { randomUUID } from 'node:crypto';
import { AppError, SystemClock, type Clock } from '@manga-assist/foundation';
import { isTerminal, type TerminalJobStatus } from '@manga-assist/schemas/jobs';
import type { Job, JobOrder, JobOutcomeRecord, JobOwner, JobReason, JobUsage, OutboxStep } from '../job.ts';
import { OUTBOX_STEPS } from '../job.ts';
import {
  CRASHED_TOO_OFTEN,
  EXPIRED,
  GIVEN_BACK_GRACE_MS,
  LEASE_GRACE_MS,
  LOST_GRACE_MS,
  MOST_ATTEMPTS,
  MOST_FAILURES,
  OUTBOX_GRACE_MS,
  REDRIVEN_FOR_MS,
  SEND_GRACE_MS,
  stepsAfterRedrive,
} from '../job-rules.ts';
import { JobStore, type ClaimAnswer, type DueJob, type EffectsPage, type FailureAnswer, type HeartbeatAnswer, type JobClaim } from '../job-store.ts';
import { checkOrderFits, checkOutcomeFits } from '../row-limits.ts';
import { dueRows, shardOf } from './due-index.ts';
import { DynamoEffects } from './dynamo-effects.ts';
import { eachAtMost } from './each-at-most.ts';
import { readJobRow, toJob, toJobRow } from './job-row.ts';
import { ROW_VERSION } from './read-row.ts';
import { IS_KNOWN, isForgotten, TableRows, type Changed, type Row, type TableOptions } from './table-rows.ts';

export interface DynamoJobStoreOptions extends TableOptions {
  clock?: Clock;
}

type Spent = JobUsage & { costUsd: number };

/** Rows marked as sent at a time. */
const AT_ONCE = 25;
/** A row that changes under every look of one call is changing too fast to be true. */
const MOST_LOOKS = 5;

const MINE = '#status = :processing AND #attempt = :attempt';
const LEAVE = 'REMOVE #lease_until_ms, #worker_id, #claim';
const ADD_SPENT = '#spent_input_tokens = #spent_input_tokens + :input, #spent_output_tokens = #spent_output_tokens + :output, #spent_cost_usd = #spent_cost_usd + :cost';

/** Jobs in one DynamoDB table. One file, because it is one state machine: each method is a conditional write of one row. */
class DynamoJobStore extends JobStore {
  readonly #rows: TableRows;
  readonly #clock: Clock;
  readonly #effects: DynamoEffects;

  constructor(rows: TableRows, clock: Clock) {
    super();
    this.#rows = rows;
    this.#clock = clock;
    this.#effects = new DynamoEffects(rows, clock);
  }

  async create(order: JobOrder, signal: AbortSignal): Promise<boolean> {
    checkOrderFits(order);
    const nowMs = this.#clock.nowMs();
    const row = toJobRow(order, { due_shard: shardOf(order.jobId), due_at_ms: Math.min(nowMs + SEND_GRACE_MS, order.expiresAtMs) });
    const free = 'attribute_not_exists(#request_id) OR #expires_at <= :now_s';
    return (await this.#rows.put(row, free, { ':now_s': nowMs / 1_000 }, signal)).isDone;
  }

  async markSent(jobIds: readonly string[], signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.nowMs();
    await eachAtMost(AT_ONCE, jobIds, async (jobId) => {
      const { isDone, row } = await this.#rows.change(
        keyOf(jobId),
        {
          update: 'SET #sent_at_ms = :now, #due_at_ms = #not_after_ms',
          when: '#status = :queued',
          values: { ':now': nowMs, ':queued': 'queued' },
          returns: 'NONE',
        },
        signal,
      );
      if (!isDone && row?.['status'] === 'processing') await this.#markSentAfterCrash(jobId, row, signal);
    });
  }

  /** One that somebody works on has a better date than this. */
  async #markSentAfterCrash(jobId: string, row: Row, signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.nowMs();
    await this.#rows.change(
      keyOf(jobId),
      {
        update: 'SET #sent_at_ms = :now, #due_at_ms = :due',
        when: `${MINE} AND #lease_until_ms <= :over`,
        values: { ...mine(Number(row['attempt'])), ':now': nowMs, ':over': nowMs - LEASE_GRACE_MS, ':due': Math.min(nowMs + GIVEN_BACK_GRACE_MS, Number(row['not_after_ms'])) },
        returns: 'NONE',
      },
      signal,
    );
  }

  async get(owner: JobOwner, jobId: string, signal: AbortSignal): Promise<Job | undefined> {
    return this.#seenBy(owner, await this.#rows.get(keyOf(jobId), signal));
  }

  async getMany(owner: JobOwner, jobIds: readonly string[], signal: AbortSignal): Promise<readonly Job[]> {
    const rows = await this.#rows.getMany([...new Set(jobIds)].map(keyOf), signal);
    return rows.flatMap((row) => this.#seenBy(owner, row) ?? []);
  }

  async claim(jobId: string, { workerId, leaseMs, messageId }: { workerId: string; leaseMs: number; messageId?: string }, signal: AbortSignal): Promise<ClaimAnswer> {
    const claim = randomUUID();
    return this.#looking(async () => {
      const nowMs = this.#clock.nowMs();
      const untilMs = nowMs + leaseMs;
      const changed = await this.#rows.change(
        keyOf(jobId),
        {
          update: `SET #status = :processing, #attempt = #attempt + :one, #unended = #unended + :one, #lease_until_ms = :until, #worker_id = :worker, #claim = :claim, #due_shard = :shard, #due_at_ms = :due${messageId === undefined ? ' REMOVE #message_id' : ', #message_id = :message'}`,
          when: `${IS_KNOWN} AND (#status = :queued OR (#status = :processing AND #lease_until_ms <= :over)) AND #cancel_requested = :false AND #not_after_ms > :now AND #unended < :most AND #v <= :version`,
          values: {
            ...{ ':processing': 'processing', ':queued': 'queued', ':one': 1, ':false': false, ':most': MOST_ATTEMPTS },
            ...{ ':now': nowMs, ':now_s': nowMs / 1_000, ':over': nowMs - LEASE_GRACE_MS, ':until': untilMs, ':due': untilMs + LOST_GRACE_MS },
            ...{ ':worker': workerId, ':claim': claim, ...(messageId !== undefined && { ':message': messageId }), ':shard': shardOf(jobId), ':version': ROW_VERSION },
          },
        },
        signal,
      );
      if (changed.isDone) return claimedOf(changed.row);
      return this.#unclaimed(changed.row, { claim, messageId }, signal);
    });
  }

  async heartbeat(
    { jobId, attempt }: JobClaim,
    { leaseMs, progress, checkpointKey }: { leaseMs: number; progress?: { done: number; total: number }; checkpointKey?: string },
    signal: AbortSignal,
  ): Promise<HeartbeatAnswer> {
    const untilMs = this.#clock.nowMs() + leaseMs;
    const sets = ['#lease_until_ms = :until', '#due_at_ms = :due', '#cancel_requested = #cancel_requested'];
    if (progress) sets.push('#progress_done = :done, #progress_total = :total');
    if (checkpointKey !== undefined) sets.push('#checkpoint_key = :checkpoint');
    const changed = await this.#rows.change(
      keyOf(jobId),
      {
        update: `SET ${sets.join(', ')}`,
        when: MINE,
        values: {
          ...mine(attempt),
          ...{ ':until': untilMs, ':due': untilMs + LOST_GRACE_MS },
          ...(progress && { ':done': progress.done, ':total': progress.total }),
          ...(checkpointKey !== undefined && { ':checkpoint': checkpointKey }),
        },
        // Setting the wish to itself brings it back, without the rest of the row.
        returns: 'UPDATED_NEW',
      },
      signal,
    );
    if (!changed.isDone) return 'lost';
    return changed.row['cancel_requested'] === true ? 'cancel-requested' : 'continue';
  }

  async complete({ jobId, attempt }: JobClaim, outcome: JobOutcomeRecord, signal: AbortSignal): Promise<Job | undefined> {
    checkOutcomeFits(outcome);
    const { catalogueEffect: effect } = outcome;
    const sets = ['#outcome = :outcome', '#progress_done = #progress_total'];
    if (effect) sets.push('#effect_state = :effect');
    if (effect?.decidedBy !== undefined) sets.push('#effect_decided_by = :decided_by');
    if (effect?.state === 'awaiting-approval') sets.push('#review_tenant = #tenant_id, #review_at_ms = :now');
    const changed = await this.#end(
      jobId,
      {
        status: 'completed',
        sets,
        tail: effect?.state === 'approved' ? ' ADD #pending_steps :catalogue' : '',
        when: MINE,
        values: {
          ...mine(attempt),
          ':outcome': JSON.stringify(outcome),
          ...(effect && { ':effect': effect.state }),
          ...(effect?.decidedBy !== undefined && { ':decided_by': effect.decidedBy }),
          ...(effect?.state === 'approved' && { ':catalogue': new Set<OutboxStep>(['catalogue']) }),
        },
      },
      signal,
    );
    return endedBy(changed, 'completed', attempt);
  }

  async fail(
    { jobId, attempt }: JobClaim,
    { reason, isFinal, spent }: { reason: JobReason; isFinal: boolean; spent: Spent },
    signal: AbortSignal,
  ): Promise<FailureAnswer> {
    if (!isFinal) {
      const changed = await this.#giveBack({ jobId, attempt }, spent, { isCounted: true }, signal);
      if (changed.isDone || isGivenBack(changed.row, attempt)) return { kind: 'queued', failures: Number(changed.row?.['failures']) };
      const ended = endedBy(changed, 'failed', attempt);
      if (ended) return { kind: 'failed', job: ended };
      // Not the last one allowed, so it was not for that: it is not this attempt's any more.
      if (Number(changed.row?.['failures']) < MOST_FAILURES - 1) return { kind: 'lost' };
    }
    const changed = await this.#end(
      jobId,
      {
        status: 'failed',
        sets: ['#failures = #failures + :one', '#reason = :reason', ADD_SPENT],
        when: MINE,
        values: { ...mine(attempt), ':one': 1, ':reason': reason, ...spending(spent) },
      },
      signal,
    );
    const job = endedBy(changed, 'failed', attempt);
    return job ? { kind: 'failed', job } : { kind: 'lost' };
  }

  async release(claim: JobClaim, spent: Spent, signal: AbortSignal): Promise<boolean> {
    const changed = await this.#giveBack(claim, spent, { isCounted: false }, signal);
    return changed.isDone || isGivenBack(changed.row, claim.attempt);
  }

  async confirmCancelled({ jobId, attempt }: JobClaim, spent: Spent, signal: AbortSignal): Promise<Job | undefined> {
    const changed = await this.#end(jobId, { status: 'cancelled', sets: [ADD_SPENT], when: MINE, values: { ...mine(attempt), ...spending(spent) } }, signal);
    return endedBy(changed, 'cancelled', attempt);
  }

  async cancel(owner: JobOwner, jobId: string, signal: AbortSignal): Promise<Job | undefined> {
    const isTheirs = `${IS_KNOWN} AND #tenant_id = :tenant AND #subject = :subject`;
    const { job } = await this.#looking(async () => {
      const theirs = { ':tenant': owner.tenantId, ':subject': owner.subject, ':now_s': this.#clock.nowMs() / 1_000 };
      const queued = await this.#end(
        jobId,
        // The door that cancels does no outbox: a worker does, at its next look.
        { status: 'cancelled', sets: [], when: `${isTheirs} AND #status = :queued`, values: { ...theirs, ':queued': 'queued' }, outboxGraceMs: 0 },
        signal,
      );
      const seen = this.#seenBy(owner, queued.row);
      if (queued.isDone || seen?.status !== 'processing') return seen?.status === 'queued' ? undefined : { job: seen };
      const asked = await this.#rows.change(
        keyOf(jobId),
        { update: 'SET #cancel_requested = :true', when: `${isTheirs} AND #status = :processing`, values: { ...theirs, ':true': true, ':processing': 'processing' } },
        signal,
      );
      return asked.isDone ? { job: toJob(asked.row) } : undefined;
    });
    return job;
  }

  async requeue(jobId: string, signal: AbortSignal): Promise<Job | undefined> {
    const row = await this.#rows.get(keyOf(jobId), signal);
    if (row?.['status'] !== 'failed' || isForgotten(row, this.#clock.nowMs())) return undefined;
    const nowMs = this.#clock.nowMs();
    const changed = await this.#rows.change(
      keyOf(jobId),
      {
        update:
          'SET #status = :queued, #failures = :none, #unended = :none, #cancel_requested = :false, #pending_steps = :steps, #not_after_ms = :not_after, #due_shard = :shard, #due_at_ms = :due REMOVE #reason, #ended_at_ms',
        when: '#status = :failed AND #attempt = :attempt',
        values: {
          ...{ ':queued': 'queued', ':failed': 'failed', ':none': 0, ':false': false, ':attempt': row['attempt'] },
          ...{ ':steps': new Set(stepsAfterRedrive(toJob(row))), ':shard': shardOf(jobId), ':due': nowMs + SEND_GRACE_MS },
          ':not_after': Math.max(Number(row['not_after_ms']), nowMs + REDRIVEN_FOR_MS),
        },
      },
      signal,
    );
    return changed.isDone ? toJob(changed.row) : undefined;
  }

  async stepsDone({ jobId, attempt }: JobClaim, steps: readonly OutboxStep[], signal: AbortSignal): Promise<void> {
    if (steps.length === 0) return;
    const values = { ':attempt': attempt, ':done': new Set(steps), ...OVER };
    const isItsEnd = `#attempt = :attempt AND #status IN (${Object.keys(OVER).join(', ')})`;
    const others = OUTBOX_STEPS.filter((step) => !steps.includes(step));
    const all = await this.#rows.change(
      keyOf(jobId),
      {
        update: 'DELETE #pending_steps :done REMOVE #due_shard, #due_at_ms',
        when: [isItsEnd, ...others.map((step) => `NOT contains(#pending_steps, :${step})`)].join(' AND '),
        values: { ...values, ...Object.fromEntries(others.map((step) => [`:${step}`, step])) },
        returns: 'NONE',
      },
      signal,
    );
    if (!all.isDone) await this.#rows.change(keyOf(jobId), { update: 'DELETE #pending_steps :done', when: isItsEnd, values, returns: 'NONE' }, signal);
  }

  async due(limit: number, signal: AbortSignal): Promise<readonly DueJob[]> {
    const rows = await dueRows(this.#rows, this.#clock.nowMs(), limit, signal);
    return (await eachAtMost(AT_ONCE, rows, (row) => this.#dueJob(row, signal))).flatMap((due) => due ?? []);
  }

  async defer(jobId: string, delayMs: number, signal: AbortSignal): Promise<boolean> {
    const { isDone } = await this.#rows.change(
      keyOf(jobId),
      {
        update: 'SET #due_at_ms = :due',
        // Not when it was put off in the meantime, or is not due at all any more.
        when: '#due_at_ms <= :now',
        values: { ':due': this.#clock.nowMs() + delayMs, ':now': this.#clock.nowMs() },
        returns: 'NONE',
      },
      signal,
    );
    return isDone;
  }

  effects(...asked: Parameters<JobStore['effects']>): Promise<EffectsPage> {
    return this.#effects.list(...asked);
  }

  decide(...asked: Parameters<JobStore['decide']>): Promise<Job | undefined> {
    return this.#effects.decide(...asked);
  }

  undo(...asked: Parameters<JobStore['undo']>): Promise<Job | undefined> {
    return this.#effects.undo(...asked);
  }

  recordEffect(...asked: Parameters<JobStore['recordEffect']>): Promise<void> {
    return this.#effects.record(...asked);
  }

  isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#rows.isReachable(keyOf('readiness'), signal);
  }

  close(): Promise<void> {
    return this.#rows.close();
  }

  /** Why a job could not be claimed; ends it when nobody may claim it any more. Undefined: it changed meanwhile, look again. */
  async #unclaimed(row: Row | undefined, { claim, messageId }: { claim: string; messageId: string | undefined }, signal: AbortSignal): Promise<ClaimAnswer | undefined> {
    const nowMs = this.#clock.nowMs();
    if (!row || isForgotten(row, nowMs)) return { kind: 'unknown' };
    const read = readJobRow(row);
    if (!read.isReadable) return { kind: 'unreadable', isNewer: read.isNewer, problem: read.problem };
    const job = read.value;
    // The first answer got lost on its way, and the SDK has asked again.
    if (row['claim'] === claim) return { kind: 'claimed', job };
    if (isTerminal(job.status)) return { kind: 'ended', job };
    if (job.status === 'processing' && isLeased(job, nowMs)) return { kind: 'leased', untilMs: (job.leaseUntilMs ?? 0) + LEASE_GRACE_MS };
    if (job.isCancelRequested) return answerWith('ended', await this.#endUnheld(job, { status: 'cancelled' }, signal));
    if (job.expiresAtMs <= nowMs) return answerWith('expired', await this.#endUnheld(job, { status: 'expired', reason: EXPIRED }, signal));
    if (Number(row['unended']) >= MOST_ATTEMPTS) return answerWith('given-up', await this.#endUnheld(job, { status: 'failed', reason: CRASHED_TOO_OFTEN, messageId }, signal));
    return undefined;
  }

  /** What there is to do for a row that the index called due. */
  async #dueJob(row: Row, signal: AbortSignal): Promise<DueJob | undefined> {
    const nowMs = this.#clock.nowMs();
    if (isForgotten(row, nowMs)) return undefined;
    const read = readJobRow(row);
    if (!read.isReadable) return { kind: 'unreadable', jobId: String(row['request_id']), isNewer: read.isNewer, problem: read.problem };
    const job = read.value;
    if (isTerminal(job.status)) return { kind: 'finish', job };
    if (job.status === 'processing' && isLeased(job, nowMs)) return undefined;
    if (job.expiresAtMs > nowMs) return { kind: 'send-again', job };
    const ended = await this.#endUnheld(job, { status: 'expired', reason: EXPIRED }, signal);
    return ended && { kind: 'expired', job: ended };
  }

  /** Ends a job that nobody is at, unless somebody has come meanwhile. */
  async #endUnheld(
    { jobId, status, attempt }: Job,
    { status: ending, reason, messageId }: { status: TerminalJobStatus; reason?: JobReason; messageId?: string | undefined },
    signal: AbortSignal,
  ): Promise<Job | undefined> {
    const over = this.#clock.nowMs() - LEASE_GRACE_MS;
    const changed = await this.#end(
      jobId,
      {
        status: ending,
        sets: [...(reason ? ['#reason = :reason'] : []), ...(messageId === undefined ? [] : ['#message_id = :message'])],
        when: '#status = :seen AND #attempt = :attempt AND (attribute_not_exists(#lease_until_ms) OR #lease_until_ms <= :over)',
        values: { ':seen': status, ':attempt': attempt, ':over': over, ...(reason && { ':reason': reason }), ...(messageId !== undefined && { ':message': messageId }) },
      },
      signal,
    );
    return changed.isDone ? toJob(changed.row) : undefined;
  }

  /** Every end of a job is this write: status, when, outbox due, lease gone. */
  #end(
    jobId: string,
    end: { status: TerminalJobStatus; sets: readonly string[]; tail?: string; when: string; values: Record<string, unknown>; outboxGraceMs?: number },
    signal: AbortSignal,
  ): Promise<Changed> {
    const nowMs = this.#clock.nowMs();
    const sets = ['#status = :ending', '#ended_at_ms = :now', '#due_shard = :shard', '#due_at_ms = :due', ...end.sets];
    return this.#rows.change(
      keyOf(jobId),
      {
        update: `SET ${sets.join(', ')} ${LEAVE}${end.tail ?? ''}`,
        when: end.when,
        values: { ...end.values, ':ending': end.status, ':now': nowMs, ':shard': shardOf(jobId), ':due': nowMs + (end.outboxGraceMs ?? OUTBOX_GRACE_MS) },
      },
      signal,
    );
  }

  /** Back to `queued`; counted as a failure only while there is one to spare. */
  #giveBack({ jobId, attempt }: JobClaim, spent: Spent, { isCounted }: { isCounted: boolean }, signal: AbortSignal): Promise<Changed> {
    const sets = ['#status = :queued', '#unended = #unended - :one', '#due_at_ms = :due', ADD_SPENT, ...(isCounted ? ['#failures = #failures + :one'] : [])];
    return this.#rows.change(
      keyOf(jobId),
      {
        update: `SET ${sets.join(', ')} ${LEAVE}`,
        when: isCounted ? `${MINE} AND #failures < :last` : MINE,
        values: {
          ...mine(attempt),
          ...spending(spent),
          ...{ ':queued': 'queued', ':one': 1, ':due': this.#clock.nowMs() + GIVEN_BACK_GRACE_MS },
          ...(isCounted && { ':last': MOST_FAILURES - 1 }),
        },
      },
      signal,
    );
  }

  #seenBy({ tenantId, subject }: JobOwner, row: Row | undefined): Job | undefined {
    if (!row || isForgotten(row, this.#clock.nowMs())) return undefined;
    return row['tenant_id'] === tenantId && row['subject'] === subject ? toJob(row) : undefined;
  }

  /** Looks until it has an answer: a row may change between the look and the write that follows from it. */
  async #looking<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const answer = await look();
      if (answer !== undefined) return answer;
    }
    throw new AppError('unavailable', 'jobs.unavailable', 'Requests cannot be reached just now; try again.', { retryAfterMs: 1_000 });
  }
}

const OVER = { ':completed': 'completed', ':failed': 'failed', ':cancelled': 'cancelled', ':expired': 'expired' } as const;

const keyOf = (jobId: string): { request_id: string } => ({ request_id: jobId });
const mine = (attempt: number): Record<string, unknown> => ({ ':processing': 'processing', ':attempt': attempt });
const spending = ({ inputTokens, outputTokens, costUsd }: Spent): Record<string, unknown> => ({ ':input': inputTokens, ':output': outputTokens, ':cost': costUsd });
const isLeased = ({ leaseUntilMs = 0 }: Job, nowMs: number): boolean => leaseUntilMs > nowMs - LEASE_GRACE_MS;
/** Its row counts the attempt also when it cannot be read: whoever mends it finds how often it was tried. */
function claimedOf(row: Row): ClaimAnswer {
  const read = readJobRow(row);
  return read.isReadable ? { kind: 'claimed', job: read.value } : { kind: 'unreadable', isNewer: read.isNewer, problem: read.problem };
}

const answerWith = (kind: 'ended' | 'expired' | 'given-up', job: Job | undefined): ClaimAnswer | undefined => job && { kind, job };

/** Also when the write was made by this call's first try, whose answer got lost: an attempt ends once. */
function endedBy({ row }: Changed, status: TerminalJobStatus, attempt: number): Job | undefined {
  return row?.['status'] === status && row['attempt'] === attempt ? toJob(row) : undefined;
}

const isGivenBack = (row: Row | undefined, attempt: number): boolean => row?.['status'] === 'queued' && row['attempt'] === attempt;

/** Jobs in a DynamoDB table with the indexes `due` and `review` (see tools/infra/resources.json). */
export function openDynamoJobStore({ clock = new SystemClock(), ...table }: DynamoJobStoreOptions): JobStore {
  return new DynamoJobStore(new TableRows(table), clock);
}
