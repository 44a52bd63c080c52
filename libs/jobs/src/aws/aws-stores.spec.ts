import { randomUUID } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock, type Clock } from '@manga-assist/foundation';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { aBatch, anEndedJob } from '../testing/a-job.ts';
import { batchStoreContract } from '../testing/batch-store.contract.ts';
import { idempotencyRecordsContract } from '../testing/idempotency-records.contract.ts';
import { jobLedgerContract } from '../testing/job-ledger.contract.ts';
import { jobResultsContract } from '../testing/job-results.contract.ts';
import { redriveLogContract } from '../testing/redrive-log.contract.ts';
import { openDynamoBatchStore } from './dynamo-batch-store.ts';
import { openDynamoIdempotencyRecords } from './dynamo-idempotency-records.ts';
import { openDynamoJobLedger } from './dynamo-job-ledger.ts';
import { openDynamoRedriveLog } from './dynamo-redrive-log.ts';
import { openS3JobResults } from './s3-job-results.ts';

// Generous: the suite shares its cores, and what it proves is not the deadline.
const attemptTimeoutMs = 5_000;
const opened: { close(): Promise<void> }[] = [];
let stack: LocalStack;
let documents: DynamoDBDocumentClient;

function open<T extends { close(): Promise<void> }>(store: T): T {
  opened.push(store);
  return store;
}

async function ledgerRows(tenantId: string): Promise<Record<string, unknown>[]> {
  const day = new Date(anEndedJob().createdAtMs).toISOString().slice(0, 10);
  const command = new QueryCommand({ TableName: 'manga-fm-ledger', KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': `T#${tenantId}#D#${day}` } });
  return (await documents.send(command)).Items ?? [];
}

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
  documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
}, 30_000);

afterAll(async () => {
  await Promise.all(opened.map((store) => store.close()));
  documents.destroy();
  await stack.close();
});

describe('DynamoBatchStore', () => {
  const batches = (clock: StoppedClock) => open(openDynamoBatchStore({ table: 'manga-fm-batches', clock, attemptTimeoutMs }));

  batchStoreContract(batches);

  it.each([
    ['a newer worker’s', { v: 2 }, true],
    ['a broken one', { items: 'not json' }, false],
  ])('looks at all others when it cannot read one: %s', async (_, attributes, isNewer) => {
    const signal = AbortSignal.timeout(20_000);
    const clock = new StoppedClock(Date.now());
    const store = batches(clock);
    const [first, second] = [aBatch(1, { createdAtMs: clock.nowMs() }), aBatch(1, { createdAtMs: clock.nowMs() })];
    for (const order of [first, second]) await store.create(order, signal);
    const { Item } = await documents.send(new GetCommand({ TableName: 'manga-fm-batches', Key: { batch_id: first.batchId }, ConsistentRead: true }));
    await documents.send(new PutCommand({ TableName: 'manga-fm-batches', Item: { ...Item, ...attributes } }));
    clock.advance(30_000);

    const due = await store.due(2_000, signal);

    expect(due).toContainEqual({ kind: 'unreadable', batchId: first.batchId, isNewer, problem: expect.any(String) });
    expect(due).toContainEqual(expect.objectContaining({ kind: 'fan-out', batch: expect.objectContaining({ batchId: second.batchId }) }));
  });
});

describe('DynamoIdempotencyRecords', () => {
  const records = (clock: Clock, secretKey = 'local') => open(openDynamoIdempotencyRecords({ table: 'manga-idempotency', clock, secretKey, attemptTimeoutMs }));

  idempotencyRecordsContract((clock) => records(clock));

  it('keep an answer so that nobody reads it without the key', async () => {
    const signal = () => AbortSignal.timeout(20_000);
    const call = { owner: { tenantId: 'store', subject: 'partner-1' }, operation: 'POST /v1/webhooks/endpoints', key: randomUUID(), fingerprint: 'f1' };
    const clock = new SystemClock();
    await records(clock).begin(call, signal());
    await records(clock).finish(call, '{"secret":"whsec_readable"}', signal());

    const client = new DynamoDBClient({});
    const { Items = [] } = await client.send(new ScanCommand({ TableName: 'manga-idempotency' }));
    client.destroy();

    expect(JSON.stringify(Items)).not.toContain('whsec_readable');
    await expect(records(clock, 'another').begin(call, signal())).rejects.toMatchObject({ code: 'jobs.answer-unreadable' });
    expect(await records(clock, 'newer, local').begin(call, signal())).toEqual({ kind: 'finished', answer: '{"secret":"whsec_readable"}' });
  });
});

describe('DynamoRedriveLog', () => redriveLogContract(() => open(openDynamoRedriveLog({ table: 'manga-fm-redrives', attemptTimeoutMs }))));

describe('DynamoJobLedger', () => {
  const ledger = () => open(openDynamoJobLedger({ table: 'manga-fm-ledger', attemptTimeoutMs }));

  jobLedgerContract(() => ({
    ledger: ledger(),
    rowsOf: async (tenantId) =>
      (await ledgerRows(tenantId)).map((row) => ({
        jobId: String(row['correlation_id']),
        outcome: String(row['outcome']),
        attempts: Number(row['attempts']),
        ownerCostUsd: Number(row['owner_cost_usd']),
        wasteUsd: Number(row['waste_usd']),
      })),
  }));

  it('writes its row beside those of the calls, with no cost that would be added twice', async () => {
    const job = anEndedJob({ owner: { tenantId: 'tenant-of-rows', subject: 's' } });

    await ledger().settle(job, AbortSignal.timeout(5_000));

    const [row] = await ledgerRows('tenant-of-rows');
    expect(row).toMatchObject({ sk: `job#${job.jobId}`, feature: 'job', job_type: 'genre_classification', input_tokens: 612, output_tokens: 48, latency_ms: 7_000 });
    expect(row).not.toHaveProperty('cost_usd');
  });
});

describe('S3JobResults', () => {
  const results = (linkEndpoint?: string) => open(openS3JobResults({ bucket: 'manga-fm-results', attemptTimeoutMs, linkEndpoint }));

  jobResultsContract(() => results());

  it('gives links that anybody may follow', async () => {
    const { key } = await results().put({ owner: { tenantId: 'store' }, jobId: '3f1b8a52-6c0e-5d7a-9b43-2f0c8e7d1a64', attempt: 1 }, { text: '漫画' }, AbortSignal.timeout(5_000));

    const response = await fetch(await results().link(key, 60));

    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual({ text: '漫画' });
  });

  it('gives links to where those are who follow them', async () => {
    const link = new URL(await results('https://results.example.com').link('results/store/a/1.json', 60));

    expect([link.host, link.pathname]).toEqual(['results.example.com', '/manga-fm-results/results/store/a/1.json']);
  });

  it('is unavailable when nobody listens', async () => {
    const earlier = process.env['AWS_ENDPOINT_URL'];
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    const away = results();

    await expect(away.get('results/store/a/1.json', AbortSignal.timeout(5_000))).rejects.toMatchObject({ kind: 'unavailable', code: 'jobs.results-unavailable' });
    await expect(away.get('results/store/a/1.json', AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await away.isReachable(AbortSignal.timeout(5_000))).toBe(false);
    process.env['AWS_ENDPOINT_URL'] = earlier;
  });
});
