import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Batch, BatchOrder, Job } from '@manga-assist/jobs';
import type { DeadLetter } from '@manga-assist/queues';
import type { Accepted } from '../load/accepted.ts';
import { BUCKET, JOBS, LEDGER, type World } from '../world.ts';

const READ_WITHIN_MS = 120_000;
const PER_READ = 100;
/** As many as a look can show. */
export const MOST_DEAD_LETTERS = 1_000;

export interface JobLedgerRow {
  jobId: string;
  tenantId: string;
  outcome: string;
  ownerCostUsd: number;
  wasteUsd: number;
}

/** A row of a job, as far as it says whose it is. */
export interface StoredJob {
  jobId: string;
  tenantId: string;
  batchId?: string;
}

/** The jobs of these orders as they stand. */
export async function readJobs(world: World, orders: readonly Accepted[]): Promise<Map<string, Job>> {
  const signal = AbortSignal.timeout(READ_WITHIN_MS);
  const jobs = new Map<string, Job>();
  for (const [owner, theirs] of Map.groupBy(orders, (order) => order.owner)) {
    for (let at = 0; at < theirs.length; at += PER_READ) {
      const ids = theirs.slice(at, at + PER_READ).map(({ jobId }) => jobId);
      for (const job of await world.jobs.getMany(owner, ids, signal)) jobs.set(job.jobId, job);
    }
  }
  return jobs;
}

/** Every row of the ledger: of jobs, and how many of calls. */
export async function readLedger(): Promise<{ jobs: JobLedgerRow[]; calls: number; callCostUsd: number }> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const jobs: JobLedgerRow[] = [];
  let [calls, callCostUsd] = [0, 0];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: LEDGER })) {
    for (const row of Items) {
      if (String(row['sk']).startsWith('job#')) {
        jobs.push({ jobId: String(row['sk']).slice(4), tenantId: String(row['tenant_id']), outcome: String(row['outcome']), ownerCostUsd: Number(row['owner_cost_usd']), wasteUsd: Number(row['waste_usd']) });
      } else {
        calls++;
        callCostUsd += Number(row['cost_usd']);
      }
    }
  }
  client.destroy();
  return { jobs, calls, callCostUsd };
}

/** Every job there is, whoever knows of it. */
export async function readRows(): Promise<StoredJob[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const rows: StoredJob[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: JOBS, ProjectionExpression: 'request_id, tenant_id, batch_id' })) {
    for (const row of Items) rows.push({ jobId: String(row['request_id']), tenantId: String(row['tenant_id']), ...(row['batch_id'] !== undefined && { batchId: String(row['batch_id']) }) });
  }
  client.destroy();
  return rows;
}

/** The attempts that a worker has begun and not ended. */
export async function readHeld(workerId: string): Promise<(Accepted & { attempt: number })[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const held: (Accepted & { attempt: number })[] = [];
  const theirs = { FilterExpression: 'worker_id = :worker', ExpressionAttributeValues: { ':worker': workerId } };
  for await (const { Items = [] } of paginateScan({ client }, { TableName: JOBS, ...theirs })) {
    for (const row of Items) held.push({ jobId: String(row['request_id']), owner: { tenantId: String(row['tenant_id']), subject: String(row['subject']) }, attempt: Number(row['attempt']) });
  }
  client.destroy();
  return held;
}

export function readBatches(world: World, orders: readonly BatchOrder[]): Promise<(Batch | undefined)[]> {
  return Promise.all(orders.map(({ owner, batchId }) => world.batches.get(owner, batchId, AbortSignal.timeout(READ_WITHIN_MS))));
}

/** Keys of all results there are, orphans of lost attempts too. */
export async function readResultKeys(): Promise<Set<string>> {
  const s3 = new S3Client({ forcePathStyle: true });
  const keys = new Set<string>();
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'results/', ContinuationToken }));
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.add(Key);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  s3.destroy();
  return keys;
}

/** How much a queue still holds, what is hidden or delayed too. */
export async function depthOf(queueName: string): Promise<number> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
  sqs.destroy();
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

export function readDeadLetters(world: World): Promise<readonly DeadLetter[]> {
  return world.deadLetters.list({}, MOST_DEAD_LETTERS, AbortSignal.timeout(READ_WITHIN_MS));
}
