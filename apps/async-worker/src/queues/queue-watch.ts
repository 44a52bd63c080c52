import { toAppError } from '@manga-assist/foundation';
import { Logger } from '@manga-assist/observability';
import { QueueDepths, type QueueDepth } from '@manga-assist/queues';
import type { Timer } from '@manga-assist/resilience';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import { TimeLimits } from '../jobs/time-limits.ts';
import { QueueMetrics } from './queue-metrics.ts';
import { servedQueues } from './served-queues.ts';

const LOOK_TIMEOUT_MS = 1_000;

/** Keeps an eye on how much waits in each queue, and says so when it changes. */
@Injectable()
export class QueueWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #end = new AbortController();
  #next: Timer | undefined;
  #depths: readonly QueueDepth[] = [];

  constructor(
    private readonly config: AsyncWorkerConfig,
    private readonly queues: QueueDepths,
    private readonly metrics: QueueMetrics,
    private readonly limits: TimeLimits,
    private readonly logger: Logger,
  ) {}

  /** As last seen; empty before the first look. */
  get depths(): readonly QueueDepth[] {
    return this.#depths;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#look();
  }

  onApplicationShutdown(): void {
    this.#end.abort();
    this.#next?.stop();
  }

  async #look(): Promise<void> {
    const deadline = this.limits.deadline(this.#end.signal, LOOK_TIMEOUT_MS);
    try {
      const looks = await Promise.allSettled(servedQueues(this.config.queueNames).map(({ name }) => this.queues.of(name, deadline.signal)));
      const depths = looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []));
      for (const look of looks) if (look.status === 'rejected') this.#unknown(look.reason);
      if (JSON.stringify(depths) !== JSON.stringify(this.#depths)) {
        this.logger.info({ queues: depths.map(({ queueName, waiting, inFlight }) => `${queueName} ${waiting}+${inFlight}`).join(', ') }, 'queue depths');
      }
      this.#depths = depths;
      for (const depth of depths) this.metrics.depth(depth);
    } finally {
      deadline.clear();
      if (!this.#end.signal.aborted) this.#next = this.limits.timers.start(this.config.depthIntervalMs, () => void this.#look());
    }
  }

  /** One queue that is missing does not blind us to the others. */
  #unknown(error: unknown): void {
    const failure = toAppError(error);
    if (failure.kind !== 'cancelled') this.logger.warn({ error: failure }, 'the depth of a queue is unknown');
  }
}
