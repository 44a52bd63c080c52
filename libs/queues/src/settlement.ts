/** What a handler says is to become of its message. */
export type Settlement =
  /** Done with it: deleted. Also what a handler that returns nothing means. */
  | { kind: 'done' }
  /** Come back in a while. On standard queues it does not count towards the queue's limit of receives. */
  | { kind: 'retry'; delayMs: number }
  /** To the queue's dead-letter queue, with the reason beside it. */
  | { kind: 'dead-letter'; code: string; reason: string };

export const done: Settlement = { kind: 'done' };
export const retryIn = (delayMs: number): Settlement => ({ kind: 'retry', delayMs });
export const deadLetter = (code: string, reason: string): Settlement => ({ kind: 'dead-letter', code, reason });
