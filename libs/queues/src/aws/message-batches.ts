import type { OutgoingMessage } from '../outgoing-message.ts';
import { MOST_MESSAGE_BYTES, sizeOf } from '../message-rules.ts';

const MOST_ENTRIES = 10;

/** A message and where it stood in what was to be sent. */
export interface Entry {
  index: number;
  message: OutgoingMessage;
}

/** The entries in calls for one queue each: at most ten and 1 MiB, in order. */
export function messageBatches(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  const open = new Map<string, { batch: Entry[]; bytes: number }>();
  for (const entry of entries) {
    const bytes = sizeOf(entry.message);
    let last = open.get(entry.message.queueName);
    if (!last || last.batch.length === MOST_ENTRIES || last.bytes + bytes > MOST_MESSAGE_BYTES) {
      last = { batch: [], bytes: 0 };
      batches.push(last.batch);
      open.set(entry.message.queueName, last);
    }
    last.batch.push(entry);
    last.bytes += bytes;
  }
  return batches;
}
