import { BatchStore, claimCheckOf, failpoint, jobsOfBatch, JobStore, type Batch, type DueBatch, type JobOrder } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import { QueueSender } from '@manga-assist/queues';
import { Injectable } from '@nestjs/common';
import { FinishBatch } from '../batches/finish-batch.ts';
import { AsyncWorkerConfig } from '../config.ts';
import { OutboxWatch } from '../jobs/outbox-watch.ts';
import { TimeLimits } from '../jobs/time-limits.ts';

/** Batches that are gone on with at once. */
const AT_ONCE = 5;
/** For one batch: a hundred rows and messages at most. None takes the time of those after it. */
const BATCH_TIMEOUT_MS = 10_000;

/** Goes on with batches that were accepted and then left: their door has crashed, or their end has not been told. */
@Injectable()
export class SweepBatches {
  constructor(
    private readonly batches: BatchStore,
    private readonly jobs: JobStore,
    private readonly sender: QueueSender,
    private readonly finishBatch: FinishBatch,
    private readonly config: AsyncWorkerConfig,
    private readonly limits: TimeLimits,
    private readonly watch: OutboxWatch,
    private readonly logger: Logger,
  ) {}

  /** How many were due. */
  async run(signal: AbortSignal): Promise<number> {
    const due = await this.batches.due(this.config.sweepLimit, signal);
    // What has not been begun comes before what has only to be told.
    const inOrder = [...due.filter(({ kind }) => kind !== 'finish'), ...due.filter(({ kind }) => kind === 'finish')];
    for (let start = 0; start < inOrder.length && !signal.aborted; start += AT_ONCE) {
      await Promise.all(inOrder.slice(start, start + AT_ONCE).map((one) => this.#goOn(one, signal)));
    }
    return due.length;
  }

  async #goOn(due: DueBatch, signal: AbortSignal): Promise<void> {
    if (due.kind === 'unreadable') {
      const { batchId, isNewer, problem } = due;
      this.logger[isNewer ? 'warn' : 'error']({ batchId, problem }, 'a batch cannot be read, and is put off');
      return this.#putOff(batchId);
    }
    const { kind, batch } = due;
    const deadline = this.limits.deadline(signal, BATCH_TIMEOUT_MS);
    try {
      await (kind === 'finish' ? this.finishBatch.run(batch, deadline.signal) : this.#fanOut(batch, deadline.signal));
    } catch (error) {
      this.logger.warn({ error, batchId: batch.batchId, kind }, 'a batch is gone on with later');
      if (kind === 'finish') this.watch.left('batch', batch);
      await this.#putOff(batch.batchId);
    } finally {
      deadline.clear();
    }
  }

  /** With a time of its own: the batch's may be over. */
  async #putOff(batchId: string): Promise<void> {
    try {
      await this.limits.within(this.config.storeTimeoutMs, (signal) => this.batches.defer(batchId, this.config.retryCapMs, signal));
    } catch (error) {
      this.logger.warn({ error, batchId }, 'a batch could not be put off');
    }
  }

  /** The jobs' ids are derived from the batch: what is written already stays, and only what is missing is sent. */
  async #fanOut(batch: Batch, signal: AbortSignal): Promise<void> {
    const orders = jobsOfBatch(batch);
    const isNew = await Promise.all(orders.map((order) => this.jobs.create(order, signal)));
    failpoint('batch.after_job_rows');
    // Looked at after the rows are there: a wish that comes later finds them all and cancels them itself.
    const isCancelled = (await this.batches.get(batch.owner, batch.batchId, signal))?.isCancelRequested ?? false;
    // One that was there already is due by itself until it is known to be sent.
    await (isCancelled ? this.#cancel(orders, signal) : this.#send(orders.filter((_, index) => isNew[index]), signal));
    await this.batches.markFannedOut(batch.batchId, signal);
  }

  async #cancel(orders: readonly JobOrder[], signal: AbortSignal): Promise<void> {
    await Promise.all(orders.map(({ owner, jobId }) => this.jobs.cancel(owner, jobId, signal)));
  }

  async #send(missing: readonly JobOrder[], signal: AbortSignal): Promise<void> {
    const outcomes = missing.length === 0 ? [] : await this.sender.sendMany(missing.map((order) => claimCheckOf(order)), signal);
    failpoint('batch.after_send');
    await this.jobs.markSent(missing.filter((_, index) => outcomes[index]?.kind === 'sent').map(({ jobId }) => jobId), signal);
  }
}
