import type { AppError } from '@manga-assist/foundation';
import { failpoint } from '@manga-assist/jobs';
import { Logger, Metrics, SECONDS_BUCKETS, type Counter, type Histogram } from '@manga-assist/observability';
import type { AttemptReport, WebhookDeliveryObserver } from '@manga-assist/webhooks';
import { Injectable } from '@nestjs/common';

/** What operators see of webhooks. */
@Injectable()
export class WebhookWatch implements WebhookDeliveryObserver {
  readonly #attempts: Counter<'outcome'>;
  readonly #seconds: Histogram<'outcome'>;
  readonly #late: Histogram<never>;
  readonly #disabled: Counter<'because'>;
  readonly #troubles: Counter<'code'>;

  constructor(
    metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.#attempts = metrics.counter({ name: 'manga_webhook_attempts_total', help: 'Attempts to deliver a webhook by what became of them.', labels: ['outcome'] });
    this.#seconds = metrics.histogram({ name: 'manga_webhook_attempt_seconds', help: 'Seconds that an attempt took.', labels: ['outcome'], buckets: SECONDS_BUCKETS });
    this.#late = metrics.histogram({ name: 'manga_webhook_late_seconds', help: 'Seconds from when an attempt was due until it began.', buckets: SECONDS_BUCKETS });
    this.#disabled = metrics.counter({ name: 'manga_webhook_endpoints_disabled_total', help: 'Endpoints that were put off.', labels: ['because'] });
    this.#troubles = metrics.counter({ name: 'manga_webhook_troubles_total', help: 'What kept webhooks from being sent, or their outcomes from being written, by code.', labels: ['code'] });
  }

  /** Comes after an attempt's sending and before its settling. */
  attempted({ outcome, durationMs, lateMs }: AttemptReport): void {
    failpoint('webhook.after_send');
    this.#attempts.add({ outcome });
    this.#seconds.observe({ outcome }, durationMs / 1_000);
    this.#late.observe({}, lateMs / 1_000);
  }

  disabled({ endpointId, because }: { endpointId: string; because: string }): void {
    this.#disabled.add({ because });
    this.logger.warn({ endpointId, because }, 'a webhook endpoint was put off');
  }

  troubled(error: AppError): void {
    this.#troubles.add({ code: error.code });
    this.logger.warn({ error }, 'webhooks are in trouble');
  }
}
