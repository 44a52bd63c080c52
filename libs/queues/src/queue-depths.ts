/** How much waits in one queue. All three are approximate, as SQS counts. */
export interface QueueDepth {
  queueName: string;
  waiting: number;
  inFlight: number;
  delayed: number;
}

/** What waits in the queues. Errors: `unavailable` `queues.unavailable`; `invalid` `queues.unknown-queue`. */
export abstract class QueueDepths {
  abstract of(queueName: string, signal: AbortSignal): Promise<QueueDepth>;
  abstract close(): Promise<void>;
}
