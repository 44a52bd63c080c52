import type { Clock } from '@manga-assist/foundation';
import type { Job, ListedEffectState, OutboxStep } from '../job.ts';
import { EFFECT_BEFORE } from '../job-rules.ts';
import type { EffectsPage, RecordedEffect } from '../job-store.ts';
import { shardOf } from './due-index.ts';
import { readJobRow, toJob } from './job-row.ts';
import { afterKey, nextOf, reviewKey } from './review-index.ts';
import { IS_KNOWN, isForgotten, type Row, type TableRows } from './table-rows.ts';

const DUE_NOW = '#due_shard = :shard, #due_at_ms = :now';

/** The part of jobs' rows that tells what has become of their change of the catalogue. */
export class DynamoEffects {
  constructor(
    private readonly rows: TableRows,
    private readonly clock: Clock,
  ) {}

  async list(tenantId: string, { state, limit, after }: { state: ListedEffectState; limit: number; after?: string }, signal: AbortSignal): Promise<EffectsPage> {
    const review = reviewKey(state, tenantId);
    const rows = await this.rows.query(
      {
        ...{ index: 'review', where: '#review_tenant = :review', values: { ':review': review }, limit, isNewestFirst: state !== 'awaiting-approval' },
        ...(after !== undefined && { after: afterKey(review, after) }),
      },
      signal,
    );
    const next = rows.length < limit ? undefined : nextOf(rows.at(-1));
    const theirs = rows.filter((row) => row['tenant_id'] === tenantId && row['effect_state'] === state && !isForgotten(row, this.clock.nowMs()));
    const jobs = theirs.map(readJobRow).flatMap((read) => (read.isReadable ? [read.value] : []));
    return { jobs, ...(next !== undefined && { next }) };
  }

  async decide(tenantId: string, jobId: string, { approve, decidedBy }: { approve: boolean; decidedBy: string }, signal: AbortSignal): Promise<Job | undefined> {
    const nowMs = this.clock.nowMs();
    const { row } = await this.rows.change(
      { request_id: jobId },
      {
        update: `SET #effect_state = :state, #effect_decided_by = :by, ${DUE_NOW}${approve ? '' : ', #review_tenant = :review, #review_at_ms = :now'} ADD #pending_steps :catalogue${approve ? ' REMOVE #review_tenant, #review_at_ms' : ''}`,
        when: `${IS_KNOWN} AND #tenant_id = :tenant AND #effect_state = :awaiting`,
        values: {
          ...{ ':state': approve ? 'approved' : 'rejected', ':by': decidedBy, ':awaiting': 'awaiting-approval', ':tenant': tenantId },
          ...{ ':shard': shardOf(jobId), ':now': nowMs, ':now_s': nowMs / 1_000, ':catalogue': new Set<OutboxStep>(['catalogue']) },
          ...(!approve && { ':review': reviewKey('rejected', tenantId) }),
        },
      },
      signal,
    );
    return this.#withEffect(tenantId, row, nowMs);
  }

  async undo(tenantId: string, jobId: string, { undoneBy }: { undoneBy: string }, signal: AbortSignal): Promise<Job | undefined> {
    const nowMs = this.clock.nowMs();
    const { row } = await this.rows.change(
      { request_id: jobId },
      {
        update: `SET #effect_state = :state, #effect_undone_by = :by, #review_tenant = :review, #review_at_ms = :now, ${DUE_NOW} ADD #pending_steps :undo`,
        when: `${IS_KNOWN} AND #tenant_id = :tenant AND #effect_state = :applied`,
        values: {
          ...{ ':state': 'undo-requested', ':by': undoneBy, ':review': reviewKey('undo-requested', tenantId), ':applied': 'applied', ':tenant': tenantId },
          ...{ ':shard': shardOf(jobId), ':now': nowMs, ':now_s': nowMs / 1_000, ':undo': new Set<OutboxStep>(['undo']) },
        },
      },
      signal,
    );
    return this.#withEffect(tenantId, row, nowMs);
  }

  async record({ jobId, owner }: Pick<Job, 'jobId' | 'owner'>, state: RecordedEffect, signal: AbortSignal): Promise<void> {
    await this.rows.change(
      { request_id: jobId },
      {
        update: 'SET #effect_state = :state, #review_tenant = :review, #review_at_ms = :now',
        when: '#effect_state = :before',
        values: { ':state': state, ':before': EFFECT_BEFORE[state], ':review': reviewKey(state, owner.tenantId), ':now': this.clock.nowMs() },
        returns: 'NONE',
      },
      signal,
    );
  }

  /** Whether the change was made or refused: the tenant's job as it stands now, if it has an effect. */
  #withEffect(tenantId: string, row: Row | undefined, nowMs: number): Job | undefined {
    if (!row || isForgotten(row, nowMs) || row['tenant_id'] !== tenantId || row['effect_state'] === undefined) return undefined;
    return toJob(row);
  }
}
