import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Job } from '@manga-assist/jobs';
import type { DeadLetter } from '@manga-assist/queues';
import type { Accepted } from '../load/accepted.ts';
import { BUCKET, JOBS, LEDGER, type World } from '../world.ts';

const READ_WITHIN_MS = 120_000;
const PER_READ = 100;

export interface JobLedgerRow {
  jobId: string;
  tenantId: string;
  outcome: string;
  ownerCostUsd: number;
  wasteUsd: number;
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

/** How many jobs a tenant has, whoever knows of them. */
export async function countJobsOf(tenantId: string): Promise<number> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  let count = 0;
  const mine = { FilterExpression: 'tenant_id = :tenant', ExpressionAttributeValues: { ':tenant': tenantId }, Select: 'COUNT' as const };
  for await (const { Count = 0 } of paginateScan({ client }, { TableName: JOBS, ...mine })) count += Count;
  client.destroy();
  return count;
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

/** What a queue still holds: `waiting` for somebody, and all of it, what is hidden too. */
export async function depthOf(queueName: string): Promise<{ waiting: number; all: number }> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
  sqs.destroy();
  const [waiting = 0, ...hidden] = names.map((name) => Number(Attributes[name] ?? 0));
  return { waiting, all: hidden.reduce((sum, count) => sum + count, waiting) };
}

export function readDeadLetters(world: World): Promise<readonly DeadLetter[]> {
  return world.deadLetters.list({}, 1_000, AbortSignal.timeout(READ_WITHIN_MS));
}
