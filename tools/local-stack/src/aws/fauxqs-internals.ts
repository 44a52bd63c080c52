// fauxqs's own classes, typed. It exports no way to add to its queues, so the version is pinned exactly in
// the root package.json and everything used of its inside stands in this file.

export interface StoredMessage {
  messageId: string;
  body: string;
  md5OfBody: string;
  messageAttributes: Record<string, unknown>;
  md5OfMessageAttributes: string;
  approximateReceiveCount: number;
  approximateFirstReceiveTimestamp?: number;
  messageGroupId?: string;
  sequenceNumber?: string;
  /** Ours: where it was before it became a dead letter. */
  deadLetterSourceArn?: string;
}

export interface DeliveredMessage {
  MessageId: string;
  ReceiptHandle: string;
  MD5OfBody: string;
  Body: string;
  MD5OfMessageAttributes?: string;
  MessageAttributes?: Record<string, unknown>;
}

export declare class Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  attributes: Record<string, string>;
  /** Visible ones of a standard queue, oldest first. */
  messages: StoredMessage[];
  inflightMessages: Map<string, { message: StoredMessage; receiptHandle: string; visibilityDeadline: number }>;
  pollWaiters: { resolve(): void; timer: NodeJS.Timeout }[];
  /** Visible ones of a FIFO queue, by group. */
  fifoMessages: Map<string, StoredMessage[]>;
  fifoLockedGroups: Map<string, number>;
  constructor(name: string, url: string, arn: string, attributes?: Record<string, string>, tags?: Record<string, string>);
  isFifo(): boolean;
  enqueue(message: StoredMessage): void;
  dequeue(most: number, visibilitySeconds?: number, queueByArn?: (arn: string) => Queue | undefined): DeliveredMessage[];
  processTimers(): void;
  waitForMessages(seconds: number): Promise<void>;
  notifyWaiters(): void;
}

export declare class QueueStore {
  queues: Map<string, Queue>;
  queuesByName: Map<string, Queue>;
  queuesByArn: Map<string, Queue>;
  createQueue(name: string, url: string, arn: string, attributes?: Record<string, string>, tags?: Record<string, string>): Queue;
  getQueue(url: string): Queue | undefined;
}

const load = <T>(file: string): Promise<T> => import(new URL(file, import.meta.resolve('fauxqs')).href) as Promise<T>;

export const { SqsQueue, SqsStore } = await load<{ SqsQueue: typeof Queue; SqsStore: typeof QueueStore }>('sqs/sqsStore.js');
export const { SnsStore } = await load<{ SnsStore: new () => object }>('sns/snsStore.js');
export const { S3Store } = await load<{ S3Store: new () => object }>('s3/s3Store.js');
const { INVALID_MESSAGE_BODY_CHAR } = await load<{ INVALID_MESSAGE_BODY_CHAR: RegExp }>('sqs/sqsTypes.js');

// fauxqs takes half of a character beyond U+FFFF for an invalid one; SQS takes 🗡 as it is.
const UNSENDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
INVALID_MESSAGE_BODY_CHAR.test = (text) => UNSENDABLE.test(text);
