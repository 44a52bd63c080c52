import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { openDynamoWebhookEndpoints, openDynamoWebhookOutbox } from '../index.ts';
import { anEvent, SHOP, webhookEndpointsContract, webhookOutboxContract, type OpenedWebhooks } from '../testing/index.ts';
import { webhookRecordsContract } from '../testing/webhook-records.contract.ts';
import { Dynamo } from './dynamo-client.ts';
import { DynamoDeliveryRecords } from './dynamo-delivery-records.ts';
import { DynamoEndpointRecords } from './dynamo-endpoint-records.ts';

// A limit for a busy machine, no measure of anything.
jest.setTimeout(60_000);

const TABLES = { endpoints: 'manga-webhook-endpoints', deliveries: 'manga-webhook-deliveries' };
// Server and client share one busy core here.
const PATIENCE = { callTimeoutMs: 15_000 };
const OWNER = { tenantId: 'tenant', subject: 'subject' };
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

describe('webhooks in DynamoDB', () => {
  let stack: LocalStack;
  let dynamo: DynamoDBDocumentClient;
  const before = { ...process.env };
  beforeAll(async () => {
    stack = await startLocalStack();
    Object.assign(process.env, stack.env);
    dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  });
  afterAll(async () => {
    dynamo.destroy();
    await stack.close();
    process.env = before;
  });

  const open = async (): Promise<OpenedWebhooks> => {
    const clock = new StoppedClock();
    const endpoints = openDynamoWebhookEndpoints({ table: TABLES.endpoints, secretKey: 'key', clock, ...PATIENCE });
    return { endpoints, outbox: openDynamoWebhookOutbox({ table: TABLES.deliveries, endpointsTable: TABLES.endpoints, clock, ...PATIENCE }), clock };
  };

  webhookEndpointsContract(open);
  webhookOutboxContract(open);
  webhookRecordsContract(async () => ({
    endpoints: new DynamoEndpointRecords(new Dynamo(PATIENCE), TABLES.endpoints),
    deliveries: new DynamoDeliveryRecords(new Dynamo(PATIENCE), TABLES.deliveries, new StoppedClock()),
  }));

  it('keep no secret in their tables', async () => {
    const { endpoints, outbox } = await open();
    const { endpoint, secret } = await endpoints.register(OWNER, { url: SHOP, eventTypes: [] }, signal());
    const rotated = await endpoints.rotateSecret(OWNER, endpoint.endpointId, signal());
    await outbox.enqueue(OWNER, anEvent(), { endpointId: endpoint.endpointId }, signal());

    const items = await Promise.all(Object.values(TABLES).map(async (TableName) => (await dynamo.send(new ScanCommand({ TableName }))).Items));

    expect(JSON.stringify(items)).toContain(endpoint.endpointId);
    for (const shown of [secret, rotated?.secret ?? '']) expect(JSON.stringify(items)).not.toContain(shown.replace('whsec_', ''));
    await Promise.all([endpoints.close(), outbox.close()]);
  });

  it('say `unavailable`, soon, when the tables do not answer', async () => {
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = 'http://127.0.0.1:9';
    const { endpoints, outbox } = await open();

    const refusals = await Promise.all([
      endpoints.list(OWNER, signal()).catch((error: unknown) => error),
      outbox.enqueue(OWNER, anEvent(), {}, signal()).catch((error: unknown) => error),
    ]);
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = stack.dynamodbUrl;

    for (const refusal of refusals) expect(refusal).toMatchObject({ kind: 'unavailable', code: 'webhooks.unavailable', retryAfterMs: 1_000 });
    await Promise.all([endpoints.close(), outbox.close()]);
  });

  it('end with the signal of their caller', async () => {
    const { endpoints, outbox } = await open();

    await expect(endpoints.list(OWNER, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });

    await Promise.all([endpoints.close(), outbox.close()]);
  });
});
