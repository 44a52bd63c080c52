/** What the local SQS does on purpose, as the real one does by nature. Shares are from 0 to 1. */
export interface Faults {
  /** Of the messages of standard queues: handed out a second time while the first is being worked on. */
  duplicateDeliveries: number;
  /** Of the entries of SendMessageBatch: refused for the moment. */
  failedBatchEntries: number;
  /** How long every answer of SQS takes besides; from a service in the same region it is about 10. At most a minute. */
  answerDelayMs: number;
}

/** How often each has happened since the start. */
export type FaultsDone = Pick<Faults, 'duplicateDeliveries' | 'failedBatchEntries'>;

export const noFaults = (): Faults => ({ duplicateDeliveries: 0, failedBatchEntries: 0, answerDelayMs: 0 });

/** The faults that a request body asks for, or undefined when it asks for something else. */
export function readFaults(text: string): Partial<Faults> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const isFault = ([name, value]: [string, unknown]) => name in noFaults() && typeof value === 'number' && value >= 0 && value <= (name === 'answerDelayMs' ? 60_000 : 1);
  return Object.entries(value).every(isFault) ? value : undefined;
}
