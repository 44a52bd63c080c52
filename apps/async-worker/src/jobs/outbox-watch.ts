import type { OutboxStep } from '@manga-assist/jobs';
import { Metrics, type Counter } from '@manga-assist/observability';
import { Clock } from '@manga-assist/foundation';
import { Injectable } from '@nestjs/common';

/** Every outage of a dependency that we plan for is shorter; what is left after this needs a person. */
const OVERDUE_MS = 60 * 60_000;

/** What operators see of what follows the ends of jobs and batches. */
@Injectable()
export class OutboxWatch {
  readonly #failures: Counter<'step'>;
  readonly #overdue: Counter<'kind'>;

  constructor(
    metrics: Metrics,
    private readonly clock: Clock,
  ) {
    this.#failures = metrics.counter({ name: 'manga_job_outbox_failures_total', help: 'Steps after the ends of jobs and batches that failed, and are tried again.', labels: ['step'] });
    this.#overdue = metrics.counter({ name: 'manga_job_outbox_overdue_total', help: 'Looks at jobs and batches that ended over an hour ago and could not be finished; one of each about every minute.', labels: ['kind'] });
  }

  failed(step: OutboxStep | 'batch-notify' | 'batch-webhook'): void {
    this.#failures.add({ step });
  }

  /** A job or batch could not be finished, once more. */
  left(kind: 'job' | 'batch', { endedAtMs }: { endedAtMs?: number }): void {
    if (endedAtMs !== undefined && this.clock.nowMs() - endedAtMs >= OVERDUE_MS) this.#overdue.add({ kind });
  }
}
