import { SystemClock, toAppError, type Clock } from '@manga-assist/foundation';
import { IdempotencyRecords, type IdempotencyAnswer, type IdempotentCall } from '../idempotency-records.ts';
import { ANSWERING_MS } from '../job-rules.ts';

interface Row {
  fingerprint: string;
  begunAtMs: number;
  answer?: string;
}

const KEPT_MS = 24 * 60 * 60_000;

/** Answers to requests with an Idempotency-Key, in this process. */
export class InMemoryIdempotencyRecords extends IdempotencyRecords {
  readonly #rows = new Map<string, Row>();
  readonly #clock: Clock;

  constructor(clock: Clock = new SystemClock()) {
    super();
    this.#clock = clock;
  }

  async begin(call: IdempotentCall, signal: AbortSignal): Promise<IdempotencyAnswer> {
    if (signal.aborted) throw toAppError(signal.reason);
    const nowMs = this.#clock.nowMs();
    const row = this.#row(call);
    if (row && row.fingerprint !== call.fingerprint) return { kind: 'mismatch' };
    if (row?.answer !== undefined) return { kind: 'finished', answer: row.answer };
    if (row && row.begunAtMs > nowMs - ANSWERING_MS) return { kind: 'running' };
    this.#rows.set(nameOf(call), { fingerprint: call.fingerprint, begunAtMs: nowMs });
    return { kind: 'begun' };
  }

  async finish(call: IdempotentCall, answer: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw toAppError(signal.reason);
    const row = this.#row(call);
    if (row?.fingerprint === call.fingerprint) row.answer ??= answer;
  }

  async abandon(call: IdempotentCall, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw toAppError(signal.reason);
    const row = this.#row(call);
    if (row?.fingerprint === call.fingerprint && row.answer === undefined) this.#rows.delete(nameOf(call));
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  #row(call: IdempotentCall): Row | undefined {
    const row = this.#rows.get(nameOf(call));
    return row && Math.ceil(row.begunAtMs / 1_000) * 1_000 + KEPT_MS > this.#clock.nowMs() ? row : undefined;
  }
}

function nameOf({ owner, operation, key }: IdempotentCall): string {
  return JSON.stringify([owner.tenantId, owner.subject, operation, key]);
}
