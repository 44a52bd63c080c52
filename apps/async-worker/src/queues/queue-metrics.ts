import { Metrics, SECONDS_BUCKETS, type Counter, type Gauge, type Histogram } from '@manga-assist/observability';
import type { MessageReceived, MessageSettled, QueueDepth } from '@manga-assist/queues';
import { Injectable } from '@nestjs/common';

/** Waiting is measured up to a day: a backlog takes hours. */
const DWELL_BUCKETS = [...SECONDS_BUCKETS, 300, 1_800, 7_200, 28_800, 86_400];

/** How the queues do: what waits in them, for how long, and what became of it. */
@Injectable()
export class QueueMetrics {
  readonly #messages: Gauge<'queue' | 'state'>;
  readonly #dwell: Histogram<'queue'>;
  readonly #settled: Counter<'queue' | 'outcome'>;

  constructor(metrics: Metrics) {
    this.#messages = metrics.gauge({ name: 'manga_queue_messages', help: 'Messages in a queue, as SQS counts.', labels: ['queue', 'state'] });
    this.#dwell = metrics.histogram({ name: 'manga_queue_dwell_seconds', help: 'Seconds from sending a message to working on it.', labels: ['queue'], buckets: DWELL_BUCKETS });
    this.#settled = metrics.counter({ name: 'manga_queue_settlements_total', help: 'Messages by what became of them.', labels: ['queue', 'outcome'] });
  }

  depth({ queueName: queue, waiting, inFlight, delayed }: QueueDepth): void {
    this.#messages.set({ queue, state: 'waiting' }, waiting);
    this.#messages.set({ queue, state: 'in-flight' }, inFlight);
    this.#messages.set({ queue, state: 'delayed' }, delayed);
  }

  received({ queueName: queue, dwellMs }: MessageReceived): void {
    this.#dwell.observe({ queue }, dwellMs / 1_000);
  }

  settled({ queueName: queue, outcome }: MessageSettled): void {
    this.#settled.add({ queue, outcome });
  }
}
