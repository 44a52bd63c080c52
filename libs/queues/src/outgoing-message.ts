/** A message on its way to a queue. */
export interface OutgoingMessage {
  queueName: string;
  /** JSON text, at most 1 MiB with its attributes (SQS's limit for an entry and for a batch of ten). */
  body: string;
  /** The handler that is meant: becomes the attribute `Pattern`. */
  pattern: string;
  /** Text attributes for filtering and tracing, such as `RequestId`, `Priority`, `TraceParent`; at most nine. */
  attributes?: Readonly<Record<string, string>>;
  /** Standard queues: the tenant, for SQS's fair queues. FIFO queues: what stays in order. */
  groupId?: string;
  /** FIFO queues only: sent twice within five minutes it is delivered once. */
  deduplicationId?: string;
  /** Standard queues only; at most 900 s. */
  delayMs?: number;
}

export type SendOutcome = { kind: 'sent'; messageId: string } | { kind: 'failed'; code: string };
