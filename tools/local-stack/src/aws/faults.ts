/** What the local SQS does wrong on purpose, as the real one does now and then. Shares are from 0 to 1. */
export interface Faults {
  /** Of the messages of standard queues: handed out a second time while the first is being worked on. */
  duplicateDeliveries: number;
  /** Of the entries of SendMessageBatch: refused for the moment. */
  failedBatchEntries: number;
}

export const noFaults = (): Faults => ({ duplicateDeliveries: 0, failedBatchEntries: 0 });

/** The faults that a request body asks for, or undefined when it asks for something else. */
export function readFaults(text: string): Partial<Faults> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const isShare = ([name, share]: [string, unknown]) => name in noFaults() && typeof share === 'number' && share >= 0 && share <= 1;
  return Object.entries(value).every(isShare) ? value : undefined;
}
