import type { OutgoingMessage, SendOutcome } from './outgoing-message.ts';

/**
 * Sends messages. Errors: `unavailable` `queues.unavailable`; `invalid` `queues.unknown-queue`,
 * `queues.message-too-large`; `timed-out` and `cancelled` by the signal.
 */
export abstract class QueueSender {
  abstract send(message: OutgoingMessage, signal: AbortSignal): Promise<{ messageId: string }>;
  /**
   * Any number of messages, in calls of at most ten entries and 1 MiB; entries that SQS refuses for
   * the moment are sent again, alone. One outcome for each message, in their order; throws only when
   * nothing at all could be sent.
   */
  abstract sendMany(messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<readonly SendOutcome[]>;
  abstract isReachable(signal: AbortSignal): Promise<boolean>;
  abstract close(): Promise<void>;
}
