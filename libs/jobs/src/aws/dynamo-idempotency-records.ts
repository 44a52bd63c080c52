import { createHash, randomUUID } from 'node:crypto';
import { AppError, SystemClock, TextSeal, type Clock } from '@manga-assist/foundation';
import { IdempotencyRecords, type IdempotencyAnswer, type IdempotentCall } from '../idempotency-records.ts';
import { ANSWERING_MS } from '../job-rules.ts';
import { isForgotten, TableRows, type TableOptions } from './table-rows.ts';

export interface DynamoIdempotencyRecordsOptions extends TableOptions {
  /** Answers are kept sealed with it, because some hold secrets. Several by commas: the newest seals, all open. */
  secretKey: string;
  clock?: Clock;
}

const KEPT_SECONDS = 24 * 60 * 60;

class DynamoIdempotencyRecords extends IdempotencyRecords {
  readonly #rows: TableRows;
  readonly #clock: Clock;
  readonly #seal: TextSeal;

  constructor(rows: TableRows, { clock, seal }: { clock: Clock; seal: TextSeal }) {
    super();
    this.#rows = rows;
    this.#clock = clock;
    this.#seal = seal;
  }

  async begin(call: IdempotentCall, signal: AbortSignal): Promise<IdempotencyAnswer> {
    const nowMs = this.#clock.nowMs();
    const begin = randomUUID();
    const changed = await this.#rows.put(
      {
        ...keyOf(call),
        v: 1,
        state: 'running',
        begin,
        fingerprint: call.fingerprint,
        begun_at_ms: nowMs,
        expires_at: Math.ceil(nowMs / 1_000) + KEPT_SECONDS,
      },
      'attribute_not_exists(#idempotency_key) OR #expires_at <= :now_s OR (#state = :running AND #begun_at_ms <= :died AND #fingerprint = :fingerprint)',
      { ':now_s': nowMs / 1_000, ':running': 'running', ':died': nowMs - ANSWERING_MS, ':fingerprint': call.fingerprint },
      signal,
    );
    // The second: this very call, whose first answer got lost on its way.
    if (changed.isDone || changed.row?.['begin'] === begin) return { kind: 'begun' };
    const { row } = changed;
    // Given back between the write and now.
    if (!row || isForgotten(row, nowMs)) return { kind: 'running' };
    if (row['fingerprint'] !== call.fingerprint) return { kind: 'mismatch' };
    if (row['state'] === 'running') return { kind: 'running' };
    return { kind: 'finished', answer: this.#opened(String(row['body']), keyOf(call).idempotency_key) };
  }

  async finish(call: IdempotentCall, answer: string, signal: AbortSignal): Promise<void> {
    const key = keyOf(call);
    await this.#rows.change(
      key,
      {
        update: 'SET #state = :finished, #body = :body',
        when: '#state = :running AND #fingerprint = :fingerprint',
        values: { ':finished': 'finished', ':running': 'running', ':fingerprint': call.fingerprint, ':body': this.#seal.seal(answer, key.idempotency_key) },
        returns: 'NONE',
      },
      signal,
    );
  }

  async abandon(call: IdempotentCall, signal: AbortSignal): Promise<void> {
    await this.#rows.delete(keyOf(call), '#state = :running AND #fingerprint = :fingerprint', { ':running': 'running', ':fingerprint': call.fingerprint }, signal);
  }

  close(): Promise<void> {
    return this.#rows.close();
  }

  #opened(sealed: string, key: string): string {
    try {
      return this.#seal.open(sealed, key);
    } catch (cause) {
      throw new AppError('bug', 'jobs.answer-unreadable', 'The answer that was given before cannot be read any more.', { cause });
    }
  }
}

/** A hash, because a caller's key may be longer and stranger than a key of ours. */
function keyOf({ owner, operation, key }: IdempotentCall): { idempotency_key: string } {
  const parts = JSON.stringify([owner.tenantId, owner.subject, operation, key]);
  return { idempotency_key: createHash('sha256').update(parts).digest('hex') };
}

/** Answers to requests with an Idempotency-Key, in a DynamoDB table. */
export function openDynamoIdempotencyRecords({ clock = new SystemClock(), secretKey, ...table }: DynamoIdempotencyRecordsOptions): IdempotencyRecords {
  return new DynamoIdempotencyRecords(new TableRows(table), { clock, seal: new TextSeal(secretKey, 'manga-assist remembered answers') });
}
