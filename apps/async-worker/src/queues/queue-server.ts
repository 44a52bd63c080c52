import { Logger } from '@manga-assist/observability';
import { SqsTransport, type MessageSettled } from '@manga-assist/queues';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AsyncWorkerConfig } from '../config.ts';
import { TimeLimits } from '../jobs/time-limits.ts';
import { QueueMetrics } from './queue-metrics.ts';
import { servedQueues } from './served-queues.ts';

/** Longer than any type of job may take: a job has its own deadline, and ends by that. */
export const HANDLER_TIMEOUT_MS = 3_600_000;
/** Of the time the service has to stop: for handing back what is still under way, and for closing. */
const HAND_BACK_MS = 1_500;

/** Puts the handlers of this service before its queues for as long as it runs. */
@Injectable()
export class QueueServer implements BeforeApplicationShutdown {
  #transport: SqsTransport | undefined;

  constructor(
    private readonly config: AsyncWorkerConfig,
    private readonly limits: TimeLimits,
    private readonly metrics: QueueMetrics,
    private readonly logger: Logger,
  ) {}

  async serve(app: NestFastifyApplication): Promise<void> {
    this.#transport = this.#open();
    app.connectMicroservice<MicroserviceOptions>({ strategy: this.#transport });
    await app.startAllMicroservices();
  }

  /** Here, so that jobs and webhooks drain at the same time: Nest itself would close the transport after all hooks. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.#transport?.close();
  }

  #open(): SqsTransport {
    const { queueNames, mostJobsAtOnce, mostOrderedJobsAtOnce, drainTimeoutMs } = this.config;
    const queues = servedQueues(queueNames);
    const isOrdered = ({ name }: { name: string }): boolean => name.endsWith('.fifo');
    return new SqsTransport({
      queues: queues.filter((queue) => !isOrdered(queue)),
      mostInFlight: mostJobsAtOnce,
      beside: queues.filter(isOrdered).map(({ name }) => ({ name, mostInFlight: mostOrderedJobsAtOnce })),
      handlerTimeoutMs: HANDLER_TIMEOUT_MS,
      drainTimeoutMs: Math.max(0, drainTimeoutMs - HAND_BACK_MS),
      clock: this.limits.clock,
      timers: this.limits.timers,
      onReceived: (event) => this.metrics.received(event),
      onSettled: (event) => this.#settled(event),
      onTrouble: ({ queueName, error }) => this.logger.warn({ error, queue: queueName }, 'a queue makes trouble'),
    });
  }

  #settled(event: MessageSettled): void {
    this.metrics.settled(event);
    const { queueName: queue, messageId, outcome, code, error, attributes } = event;
    const about = { queue, messageId, jobId: attributes['RequestId'], requestId: attributes['TraceId'] };
    if (outcome === 'dead-letter') this.logger.warn({ ...about, code }, 'a message was put with the dead letters');
    if (error) this.logger.error({ ...about, error }, 'a message could not be handled, and comes back');
  }
}

/** For the start of the service. */
export const serveQueues = (app: NestFastifyApplication): Promise<void> => app.get(QueueServer).serve(app);
