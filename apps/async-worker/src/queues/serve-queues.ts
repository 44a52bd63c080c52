import { Clock } from '@manga-assist/foundation';
import { Logger } from '@manga-assist/observability';
import { SqsTransport } from '@manga-assist/queues';
import { Timers } from '@manga-assist/resilience';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AsyncWorkerConfig } from '../config.ts';
import { QueueMetrics } from './queue-metrics.ts';
import { servedQueues } from './served-queues.ts';

/** Longer than any type of job may take: a job has its own deadline, and ends by that. */
export const HANDLER_TIMEOUT_MS = 3_600_000;
/** Of the time the service has to stop: for handing back what is still under way, and for closing. */
const HAND_BACK_MS = 1_500;

/** Puts the handlers of this service before its queues; the application's end drains them. */
export async function serveQueues(app: NestFastifyApplication): Promise<void> {
  const { queueNames, mostJobsAtOnce, mostOrderedJobsAtOnce, drainTimeoutMs } = app.get(AsyncWorkerConfig);
  const logger = app.get(Logger);
  const metrics = app.get(QueueMetrics);
  const queues = servedQueues(queueNames);
  const isOrdered = ({ name }: { name: string }): boolean => name.endsWith('.fifo');
  const strategy = new SqsTransport({
    queues: queues.filter((queue) => !isOrdered(queue)),
    mostInFlight: mostJobsAtOnce,
    beside: queues.filter(isOrdered).map(({ name }) => ({ name, mostInFlight: mostOrderedJobsAtOnce })),
    handlerTimeoutMs: HANDLER_TIMEOUT_MS,
    drainTimeoutMs: Math.max(0, drainTimeoutMs - HAND_BACK_MS),
    clock: app.get(Clock),
    timers: app.get(Timers),
    onReceived: (event) => metrics.received(event),
    onSettled: (event) => metrics.settled(event),
    onTrouble: ({ queueName, error }) => logger.warn({ error, queue: queueName }, 'a queue makes trouble'),
  });
  app.connectMicroservice<MicroserviceOptions>({ strategy });
  await app.startAllMicroservices();
}
