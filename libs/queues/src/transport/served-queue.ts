import type { AppError } from '@manga-assist/foundation';
import type { Timers } from '@manga-assist/resilience';
import { isPassing } from '../aws/sqs-errors.ts';
import type { SqsQueue } from '../aws/sqs-queue.ts';
import { isFifo } from '../message-rules.ts';
import { Batched } from './batched.ts';
import type { PolledQueue } from './polling.ts';
import type { Settling } from './settler.ts';

/** A queue with everything that is done to its messages, collected into calls of ten. */
export class ServedQueue implements PolledQueue, Settling {
  readonly sqs: SqsQueue;
  readonly weight: number;
  readonly mostPerReceive: number;
  readonly isFifo: boolean;
  readonly #deletes: Batched<string>;
  readonly #hides: Batched<{ receiptHandle: string; delayMs: number }>;

  constructor(sqs: SqsQueue, { weight, mostPerReceive, timers, random }: { weight: number; mostPerReceive: number; timers: Timers; random(): number }) {
    const never = new AbortController().signal;
    this.sqs = sqs;
    this.weight = weight;
    this.mostPerReceive = mostPerReceive;
    this.isFifo = isFifo(sqs.name);
    this.#deletes = new Batched({ call: (receipts) => sqs.delete(receipts, never), isPassing, timers, random });
    this.#hides = new Batched({ call: (changes) => sqs.hide(changes, never), isPassing, timers, random });
  }

  get name(): string {
    return this.sqs.name;
  }

  /** Everything decided so far has been told to SQS, or cannot be. */
  async flush(): Promise<void> {
    await Promise.all([this.#deletes.flush(), this.#hides.flush()]);
  }

  delete(receiptHandle: string): Promise<AppError | undefined> {
    return this.#deletes.add(receiptHandle);
  }

  /** Hides the message for so long; 0 gives it back. Why it could not, if it could not. */
  hide(receiptHandle: string, delayMs: number): Promise<AppError | undefined> {
    return this.#hides.add({ receiptHandle, delayMs });
  }
}
