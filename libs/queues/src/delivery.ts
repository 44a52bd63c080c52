/** What a handler knows of the message it was given: the context of `@Ctx()`. */
export interface Delivery {
  queueName: string;
  messageId: string;
  /** 1 for the first time. */
  receiveCount: number;
  /** When it was first put into a queue, milliseconds since the epoch. */
  sentAtMs: number;
  groupId?: string;
  attributes: Readonly<Record<string, string>>;
  /** Fires when the worker drains and its time for running work is up, or when the message is no longer ours. */
  signal: AbortSignal;
}
