/** A message that could not be worked on, as it lies in a dead-letter queue. */
export interface DeadLetter {
  /** SQS's message id in the dead-letter queue. */
  messageId: string;
  /** The dead-letter queue it lies in, and the queue it came from ('' when nobody can say). */
  deadLetterQueue: string;
  sourceQueue: string;
  /** Our code when we put it there; `queues.received-too-often` when SQS did. */
  code: string;
  reason: string;
  /** Milliseconds since the epoch. */
  sentAtMs: number;
  receiveCount: number;
  attributes: Readonly<Record<string, string>>;
  /** Exactly as it was sent. */
  body: string;
}

export interface DeadLetterFilter {
  /** Message ids or job ids. */
  ids?: readonly string[];
  code?: string;
  sourceQueue?: string;
}

export interface RedriveReport {
  matched: number;
  redriven: number;
  /** Could not be sent or taken out: still in the dead-letter queue. */
  failed: number;
  messages: readonly { messageId: string; jobId?: string; sourceQueue: string; code: string; outcome: 'redriven' | 'would-redrive' | 'failed' }[];
}

/**
 * The dead-letter queues, for operators. Looking hides messages from other lookers for a moment and
 * changes nothing. Errors as `QueueSender`.
 */
export abstract class DeadLetters {
  /** Up to `limit` (at most 1,000), oldest first as far as SQS shows them. */
  abstract list(filter: DeadLetterFilter, limit: number, signal: AbortSignal): Promise<readonly DeadLetter[]>;
  /**
   * Sends what fits the filter back to where it came from, unchanged, and takes it out of the
   * dead-letter queue only after that: a crash in between leaves it twice, never nowhere. `beforeEach`
   * may prepare (a failed job is queued again) and refuse by answering false or throwing.
   * What could not be redriven is `failed` in the report; throws only before anything was done.
   */
  abstract redrive(
    filter: DeadLetterFilter,
    options: { limit: number; perSecond: number; isDryRun: boolean; beforeEach?(letter: DeadLetter, signal: AbortSignal): Promise<boolean> },
    signal: AbortSignal,
  ): Promise<RedriveReport>;
  abstract close(): Promise<void>;
}
