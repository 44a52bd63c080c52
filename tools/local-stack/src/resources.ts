import { readFileSync } from 'node:fs';

export interface KeyAttribute {
  name: string;
  type: 'S' | 'N' | 'B';
}

export interface IndexDeclaration {
  name: string;
  partitionKey: KeyAttribute;
  sortKey?: KeyAttribute;
  projection: 'ALL' | 'KEYS_ONLY';
}

export interface TableDeclaration {
  name: string;
  partitionKey: KeyAttribute;
  sortKey?: KeyAttribute;
  globalSecondaryIndexes?: IndexDeclaration[];
  /** Holds seconds since the Unix epoch. */
  ttlAttribute?: string;
}

export interface QueueDeclaration {
  name: string;
  fifo?: boolean;
  visibilityTimeoutSeconds: number;
  retentionSeconds: number;
  redrive?: { queue: string; maxReceiveCount: number };
}

export interface SubscriptionDeclaration {
  topic: string;
  queue: string;
  rawMessageDelivery: boolean;
}

export interface BucketDeclaration {
  name: string;
  /** Objects under the prefix are deleted so many days after they were put. */
  expiry?: { prefix: string; days: number }[];
}

/** What tools/infra/resources.json declares; resources.schema.json beside it is the full rule. */
export interface Resources {
  tables: TableDeclaration[];
  queues: QueueDeclaration[];
  topics: { name: string }[];
  subscriptions: SubscriptionDeclaration[];
  buckets: BucketDeclaration[];
}

/** The platform's resources, in the order of the file. */
export function readResources(file = new URL('../../infra/resources.json', import.meta.url)): Resources {
  return JSON.parse(readFileSync(file, 'utf8')) as Resources;
}
