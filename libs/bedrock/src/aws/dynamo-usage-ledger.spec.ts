import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { until } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { openDynamoUsageLedger, type DynamoUsageLedgerOptions, type LedgerEntry, type UsageLedger } from '../index.ts';
import { aModelCall, BedrockEndpoint, type Reply } from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const dynalite = createRequire(import.meta.url)('dynalite') as (options: { createTableMs: number; deleteTableMs: number }) => Server;
const TABLE = 'manga-fm-ledger';

function anEntry(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    callId: 'call_1',
    atMs: Date.UTC(2026, 10, 15, 23, 59),
    attribution: aModelCall().attribution,
    model: 'haiku',
    modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
    operation: 'converse-stream',
    outcome: 'completed',
    usage: { inputTokens: 500, outputTokens: 300, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
    usageSource: 'measured',
    priceVersion: '2024-03-13',
    costUsd: 0.0005,
    latencyMs: 900,
    attempt: 1,
    ...changes,
  };
}

const entries = (count: number) => Array.from({ length: count }, (_, index) => anEntry({ callId: `call_${index}` }));

describe('the usage ledger in DynamoDB', () => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  const opened: UsageLedger[] = [];
  let endpoint: string;
  let client: DynamoDBClient;
  let documents: DynamoDBDocumentClient;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = new DynamoDBClient({ endpoint, requestHandler: new NodeHttpHandler() });
    documents = DynamoDBDocumentClient.from(client);
  });
  beforeEach(async () => {
    await client.send(
      new CreateTableCommand({
        TableName: TABLE,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
    await until('the table', async () => (await client.send(new DescribeTableCommand({ TableName: TABLE }))).Table?.TableStatus === 'ACTIVE');
  });
  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.close();
    await client.send(new DeleteTableCommand({ TableName: TABLE }));
    await until('the table to go', () => client.send(new DescribeTableCommand({ TableName: TABLE })).then(() => false, () => true));
  });
  afterAll(async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  function open(options: Partial<DynamoUsageLedgerOptions> = {}): UsageLedger {
    const ledger = openDynamoUsageLedger({ table: TABLE, endpoint, ...options });
    opened.push(ledger);
    return ledger;
  }

  const rows = async () => (await documents.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }))).Items ?? [];

  it('keeps one row per request, found by tenant and day', async () => {
    const ledger = open();
    ledger.record(anEntry());
    ledger.record(anEntry({ callId: 'call_2', atMs: Date.UTC(2026, 10, 16), outcome: 'failed', failureCode: 'bedrock.throttled', isStandIn: true }));
    ledger.record(anEntry({ callId: 'call_3', attribution: { ...aModelCall().attribution, tenantId: 'other' } }));

    await ledger.flush();

    const day = await documents.send(
      new QueryCommand({ TableName: TABLE, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'T#store#D#2026-11-15' } }),
    );
    expect(day.Items).toEqual([
      {
        pk: 'T#store#D#2026-11-15',
        sk: 'call_1',
        v: 1,
        at_ms: Date.UTC(2026, 10, 15, 23, 59),
        tenant_id: 'store',
        subject: 'shopper-1',
        feature: 'chat',
        correlation_id: 'trn_1',
        model: 'haiku',
        model_id: 'anthropic.claude-3-haiku-20240307-v1:0',
        operation: 'converse-stream',
        outcome: 'completed',
        input_tokens: 500,
        output_tokens: 300,
        cache_read_input_tokens: 0,
        cache_write_input_tokens: 0,
        usage_source: 'measured',
        price_version: '2024-03-13',
        cost_usd: 0.0005,
        latency_ms: 900,
        attempt: 1,
      },
    ]);
    expect((await rows()).map((row) => [row['sk'], row['outcome'], row['failure_code'], row['is_stand_in']]).sort()).toEqual([
      ['call_1', 'completed', undefined, undefined],
      ['call_2', 'failed', 'bedrock.throttled', true],
      ['call_3', 'completed', undefined, undefined],
    ]);
  });

  it('writes the same entry once however often it is recorded', async () => {
    const ledger = open();

    for (let time = 0; time < 3; time++) ledger.record(anEntry());
    await ledger.flush();
    ledger.record(anEntry());
    await ledger.flush();

    expect(await rows()).toHaveLength(1);
  });

  it('writes by itself: after a while, or when a batch is full', async () => {
    const timers = new StoppedTimers();
    const ledger = open({ timers });
    ledger.record(anEntry());
    expect(await rows()).toHaveLength(0);

    timers.advance(200);
    await until('the first row', async () => (await rows()).length === 1);
    for (const entry of entries(60)) ledger.record(entry);
    await until('two full batches', async () => (await rows()).length >= 50);

    await ledger.flush();
    expect(await rows()).toHaveLength(60);
  });

  it('writes what is left when it is closed', async () => {
    const ledger = open();
    for (const entry of entries(30)) ledger.record(entry);

    await ledger.close();

    expect(await rows()).toHaveLength(30);
  });

  describe('when DynamoDB fails', () => {
    let failing: BedrockEndpoint;
    beforeEach(async () => {
      failing = await BedrockEndpoint.start();
    });
    afterEach(() => failing.close());

    const refuse =
      (status: number, name: string): Reply =>
      (response) =>
        void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no' }));
    const accept: Reply = (response) => void response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"UnprocessedItems":{}}');
    const written = () => failing.requests.flatMap(({ body }) => (body as { RequestItems: Record<string, unknown[]> }).RequestItems[TABLE]?.length ?? 0);

    it('keeps what was not written and writes it later', async () => {
      const lines: unknown[] = [];
      const timers = new StoppedTimers();
      failing.reply(refuse(400, 'AccessDeniedException'), accept);
      const ledger = open({ endpoint: failing.url, timers, logger: { warn: (fields, message) => lines.push([message, fields]) } });
      ledger.record(anEntry());

      timers.advance(200);
      await until('the refusal', () => lines.length === 1);
      await until('the next try', () => timers.startedMs.includes(400));
      timers.advance(400);
      await until('the second try', () => failing.requests.length === 2);
      await ledger.flush();

      expect(written()).toEqual([1, 1]);
      expect(lines).toEqual([['ledger entries were not written and wait', { error: 'AccessDeniedException', waiting: 1 }]]);
    });

    it('writes again only what was left behind', async () => {
      const left: Reply = (response, { body }) => {
        const { RequestItems } = body as { RequestItems: Record<string, unknown[]> };
        response
          .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
          .end(JSON.stringify({ UnprocessedItems: { [TABLE]: RequestItems[TABLE]?.slice(0, 2) } }));
      };
      failing.reply(left, accept);
      const ledger = open({ endpoint: failing.url });
      for (const entry of entries(10)) ledger.record(entry);

      await ledger.flush();

      expect(written()).toEqual([10, 2]);
    });

    it('gives up flushing after a few tries, and says how much is lost', async () => {
      const lines: unknown[] = [];
      failing.reply(refuse(400, 'AccessDeniedException'));
      const ledger = open({ endpoint: failing.url, logger: { warn: (fields, message) => lines.push([message, fields]) } });
      ledger.record(anEntry());

      await ledger.flush();

      expect(failing.requests).toHaveLength(5);
      expect(lines.at(-1)).toEqual(['ledger entries could not be written', { waiting: 1 }]);
    });

    it('drops rows that DynamoDB refuses, so that they hold up no others', async () => {
      const lines: unknown[] = [];
      failing.reply(refuse(400, 'ValidationException'), accept);
      const ledger = open({ endpoint: failing.url, logger: { warn: (fields, message) => lines.push([message, fields]) } });
      for (const entry of entries(26)) ledger.record(entry);

      await ledger.flush();

      expect(written()).toEqual([25, 1]);
      expect(lines).toContainEqual(['ledger entries were dropped', { dropped: 25 }]);
    });

    it('drops new entries when too many wait, and counts them', async () => {
      const lines: unknown[] = [];
      failing.reply(accept);
      const ledger = open({ endpoint: failing.url, maxWaiting: 10, logger: { warn: (fields, message) => lines.push([message, fields]) } });

      for (const entry of entries(15)) ledger.record(entry);
      ledger.record(anEntry({ callId: 'call_0' }));
      await ledger.flush();

      expect(written()).toEqual([10]);
      expect(lines).toEqual([['ledger entries were dropped', { dropped: 5 }]]);
    });

    it('does not wait for an answer that never comes', async () => {
      const lines: unknown[] = [];
      const timers = new StoppedTimers();
      failing.reply(() => undefined);
      const ledger = open({ endpoint: failing.url, timers, logger: { warn: (fields, message) => lines.push([message, fields]) } });
      ledger.record(anEntry());

      timers.advance(200);
      await until('the request', () => failing.requests.length === 1);
      timers.advance(600);
      await until('the end of the wait', () => lines.length === 1);

      expect(lines).toEqual([['ledger entries were not written and wait', { error: 'AbortError', waiting: 1 }]]);
      failing.reply(accept);
    });
  });
});
