import type { JsonObject } from '@manga-assist/foundation';
import type { Job, JobOutcomeRecord } from '@manga-assist/jobs';
import type { ModelAlias } from '@manga-assist/schemas';
import type { MeteredModel } from '../types/metered-model.ts';
import { isSame, minus, NOTHING, plus, type Spending } from '../types/spending.ts';

/** What lies in a checkpoint beside the work. */
type Kept = {
  /** What the work in it has cost, in whichever attempts. */
  used: Spending;
  model?: ModelAlias;
  isDegraded: boolean;
  /** What has been spent by then and stands in no row yet. */
  unbooked: Spending;
  /** `spent` of the row when the attempt began. */
  onRow: Spending;
};

/**
 * Who bears what an attempt has spent: its owner pays for what is in the result, also what an earlier
 * attempt has written of it; everything else is waste. An attempt that ends without a result books all
 * of its own on the row. One that crashes books nothing: then the row's sum is still what it was when
 * that attempt began, and its last checkpoint says what is missing there.
 */
export class AttemptAccount {
  readonly #onRow: Spending;
  readonly #meter: MeteredModel;
  #taken: Pick<Kept, 'used' | 'model' | 'isDegraded' | 'unbooked'> = { used: NOTHING, isDegraded: false, unbooked: NOTHING };
  #inCheckpoint = NOTHING;

  constructor({ spent }: Pick<Job, 'spent'>, meter: MeteredModel) {
    this.#onRow = spent;
    this.#meter = meter;
  }

  /** The checkpoint as it is to be kept. Everything that was answered until now is in it. */
  toKeep(work: JsonObject): JsonObject {
    const { model, isDegraded } = this.#answered;
    const money: Kept = { used: this.#used, ...(model && { model }), isDegraded, unbooked: this.toBook, onRow: this.#onRow };
    return { ...work, money };
  }

  wasKept(): void {
    this.#inCheckpoint = this.#meter.answered;
  }

  /** The work of a checkpoint, which goes on from here. One from before 2026-12 says nothing of money, and its owner gets that part for nothing. */
  takeUp({ money, ...work }: JsonObject): JsonObject {
    if (money !== undefined) {
      const kept = money as Kept;
      this.#taken = isSame(kept.onRow, this.#onRow) ? kept : { ...kept, unbooked: NOTHING };
    }
    return work;
  }

  /** What belongs on the row when the attempt ends without a result. */
  get toBook(): Spending {
    return plus(this.#taken.unbooked, this.#meter.spent);
  }

  /** What the job's end says of it when the attempt has a result. */
  get outcome(): Pick<JobOutcomeRecord, 'model' | 'isDegraded' | 'usage' | 'costUsd' | 'waste'> {
    const { costUsd, ...usage } = this.#used;
    const { model, isDegraded } = this.#answered;
    const waste = minus(plus(this.#onRow, this.toBook), this.#used);
    return { ...(model && { model, isDegraded }), usage, costUsd, waste };
  }

  /** Of what this attempt alone has spent, what is of use: with a result all that was answered, else what is in a checkpoint. */
  ofUse({ hasResult }: { hasResult: boolean }): { used: Spending; wasted: Spending } {
    const used = hasResult ? this.#meter.answered : this.#inCheckpoint;
    return { used, wasted: minus(this.#meter.spent, used) };
  }

  get #used(): Spending {
    return plus(this.#taken.used, this.#meter.answered);
  }

  get #answered(): Pick<Kept, 'model' | 'isDegraded'> {
    const model = this.#meter.answeredBy ?? this.#taken.model;
    return { ...(model && { model }), isDegraded: this.#taken.isDegraded || this.#meter.isDegraded };
  }
}
