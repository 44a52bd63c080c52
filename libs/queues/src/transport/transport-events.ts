import type { AppError } from '@manga-assist/foundation';

export interface MessageReceived {
  queueName: string;
  messageId: string;
  /** '' when it names none. */
  pattern: string;
  receiveCount: number;
  /** The message's text attributes, such as the ids that name it in other logs. */
  attributes: Readonly<Record<string, string>>;
  /** From when it was first sent until its handler began, by the wall clocks of SQS and of this process. */
  dwellMs: number;
}

export interface MessageSettled extends MessageReceived {
  /**
   * `failed`: comes back, counted; `lost`: somebody else may have it by now; `deferred`: put off without
   * being begun, because its tenant holds enough, and not told of before.
   */
  outcome: 'done' | 'retry' | 'dead-letter' | 'failed' | 'lost' | 'deferred';
  /** Of a dead letter. */
  code?: string;
  /** Of a failure. */
  error?: AppError;
  /** Of the handler. */
  durationMs: number;
}

/** A call that failed; `error.details` holds SQS's own name for it. */
export interface QueueTrouble {
  queueName: string;
  error: AppError;
}
