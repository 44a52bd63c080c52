import { createServer, type AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Clock } from '@manga-assist/foundation';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import type { JobStore } from '../job-store.ts';
import { anOrder } from '../testing/a-job.ts';
import { jobLifeContract } from '../testing/job-life.contract.ts';
import { jobStoreContract } from '../testing/job-store.contract.ts';
import { openDynamoJobLedger } from './dynamo-job-ledger.ts';
import { openDynamoJobStore } from './dynamo-job-store.ts';

const table = 'manga-fm-request-status';
// Generous: the suite shares its cores, and what it proves is not the deadline.
const attemptTimeoutMs = 5_000;
const opened: JobStore[] = [];
let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
}, 30_000);

afterAll(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await stack.close();
});

async function rowCountOf(tenantId: string): Promise<number> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const pk = `T#${tenantId}#D#${new Date().toISOString().slice(0, 10)}`;
  const { Count = 0 } = await documents.send(new QueryCommand({ TableName: 'manga-fm-ledger', KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } }));
  documents.destroy();
  return Count;
}

describe('DynamoJobStore', () => {
  const openStore = (clock: Clock): JobStore => {
    const store = openDynamoJobStore({ table, clock, attemptTimeoutMs });
    opened.push(store);
    return store;
  };

  jobStoreContract(openStore);

  jobLifeContract({
    openStore,
    openLedger: () => ({ ledger: openDynamoJobLedger({ table: 'manga-fm-ledger', attemptTimeoutMs }), rowCountOf }),
    runs: 20,
  });

  describe('with rows that it cannot read', () => {
    const signal = AbortSignal.timeout(60_000);

    /** As it lies in the table, but for these attributes. */
    async function spoil(jobId: string, attributes: Record<string, unknown>): Promise<void> {
      const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
      const { Item } = await documents.send(new GetCommand({ TableName: table, Key: { request_id: jobId }, ConsistentRead: true }));
      await documents.send(new PutCommand({ TableName: table, Item: { ...Item, ...attributes } }));
      documents.destroy();
    }

    it.each([
      ['a newer worker’s', { v: 2 }, true],
      ['a broken one', { input: 'not json' }, false],
    ])('looks at all others, and tells of it: %s', async (_, attributes, isNewer) => {
      const clock = new StoppedClock(Date.now());
      const store = openStore(clock);
      const [first, second] = [anOrder({ createdAtMs: clock.nowMs() }), anOrder({ createdAtMs: clock.nowMs() })];
      for (const order of [first, second]) await store.create(order, signal);
      await spoil(first.jobId, attributes);
      clock.advance(30_000);

      const due = await store.due(2_000, signal);

      expect(due).toContainEqual({ kind: 'unreadable', jobId: first.jobId, isNewer, problem: expect.any(String) });
      expect(due).toContainEqual(expect.objectContaining({ kind: 'send-again', job: expect.objectContaining({ jobId: second.jobId }) }));
      expect(await store.claim(first.jobId, { workerId: 'w', leaseMs: 1_000 }, signal)).toMatchObject({ kind: 'unreadable', isNewer });
      expect(await store.defer(first.jobId, 3_600_000, signal)).toBe(isNewer);
    });
  });

  it('says unavailable when nobody listens, and when nobody answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const earlier = process.env['AWS_ENDPOINT_URL_DYNAMODB'];

    for (const endpoint of [`http://127.0.0.1:${port}`, 'http://127.0.0.1:1']) {
      process.env['AWS_ENDPOINT_URL_DYNAMODB'] = endpoint;
      const store = openDynamoJobStore({ table, attemptTimeoutMs: 50 });
      opened.push(store);

      await expect(store.claim('f0b7c9f0-2d31-4c58-8a9e-6b1f5d2e7c90', { workerId: 'w', leaseMs: 1 }, AbortSignal.timeout(5_000))).rejects.toMatchObject({ kind: 'unavailable', code: 'jobs.unavailable' });
      expect(await store.isReachable(AbortSignal.timeout(1_000))).toBe(false);
    }
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = earlier;
    silent.close();
  });
});
