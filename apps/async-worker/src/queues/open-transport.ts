import type { Clock } from '@manga-assist/foundation';
import type { Logger } from '@manga-assist/observability';
import { SqsTransport } from '@manga-assist/queues';
import type { Timers } from '@manga-assist/resilience';
import type { AsyncWorkerConfig } from '../config.ts';
import { servedQueues } from './served-queues.ts';

/** Longer than any type of job may take: a job has its own deadline, and ends by that. */
const HANDLER_TIMEOUT_MS = 3_600_000;
/** Of the time the service has to stop: for handing back what is still under way, and for closing. */
const HAND_BACK_MS = 1_500;

/** The transport over this worker's queues. It polls when the application serves it, and not before. */
export function openTransport(config: AsyncWorkerConfig, { clock, timers, logger }: { clock: Clock; timers: Timers; logger: Logger }): SqsTransport {
  const queues = servedQueues(config.queueNames);
  const isOrdered = ({ name }: { name: string }): boolean => name.endsWith('.fifo');
  return new SqsTransport({
    queues: queues.filter((queue) => !isOrdered(queue)),
    mostInFlight: config.mostJobsAtOnce,
    beside: queues.filter(isOrdered).map(({ name }) => ({ name, mostInFlight: config.mostOrderedJobsAtOnce })),
    handlerTimeoutMs: HANDLER_TIMEOUT_MS,
    drainTimeoutMs: Math.max(0, config.drainTimeoutMs - HAND_BACK_MS),
    clock,
    timers,
    onTrouble: ({ queueName, error }) => logger.warn({ error, queue: queueName }, 'a queue makes trouble'),
  });
}
