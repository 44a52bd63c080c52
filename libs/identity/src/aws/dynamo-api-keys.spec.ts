import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { apiKeyRecord, generateApiKey, openDynamoApiKeys } from '../index.ts';
import { apiKeysContract, DEMO_PRINCIPAL } from '../testing/index.ts';

const TABLE = 'manga-api-keys';
const PEPPER = 'for-tests';
const { signal } = new AbortController();

describe('API keys in DynamoDB', () => {
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

  const seeded = async (change: object = {}): Promise<string> => {
    const apiKey = generateApiKey();
    await dynamo.send(new PutCommand({ TableName: TABLE, Item: { ...apiKeyRecord(apiKey, DEMO_PRINCIPAL, PEPPER), ...change } }));
    return apiKey;
  };

  apiKeysContract(async () => ({ keys: openDynamoApiKeys({ table: TABLE, pepper: PEPPER }), liveKey: await seeded() }));

  it('stops working five seconds after it is revoked, and not before it must', async () => {
    const clock = new StoppedClock();
    const keys = openDynamoApiKeys({ table: TABLE, pepper: PEPPER, clock });
    const apiKey = await seeded();
    expect(await keys.verify(apiKey, signal)).toEqual(DEMO_PRINCIPAL);

    const revoked = { ...apiKeyRecord(apiKey, DEMO_PRINCIPAL, PEPPER), status: 'revoked' };
    await dynamo.send(new PutCommand({ TableName: TABLE, Item: revoked }));

    expect(await keys.verify(apiKey, signal)).toEqual(DEMO_PRINCIPAL);
    clock.advance(5_000);
    expect(await keys.verify(apiKey, signal)).toBeUndefined();
    await keys.close();
  });

  it('refuses the right id with another secret', async () => {
    const keys = openDynamoApiKeys({ table: TABLE, pepper: PEPPER });
    const [apiKey, other] = [await seeded(), generateApiKey()];
    const forged = apiKeyRecord(other, DEMO_PRINCIPAL, PEPPER);
    await dynamo.send(new PutCommand({ TableName: TABLE, Item: { ...forged, secret_hmac: apiKeyRecord(apiKey, DEMO_PRINCIPAL, PEPPER).secret_hmac } }));

    expect(await keys.verify(other, signal)).toBeUndefined();
    await keys.close();
  });

  it('keeps no secret in the table', async () => {
    const apiKey = await seeded();

    const { Items } = await dynamo.send(new ScanCommand({ TableName: TABLE }));

    expect(JSON.stringify(Items)).not.toContain(apiKey.split('_')[3]);
  });

  it('says `unavailable`, soon, when the table does not answer', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;
    const keys = openDynamoApiKeys({ table: TABLE, pepper: PEPPER });
    const apiKey = generateApiKey();

    const refusal = await keys.verify(apiKey, signal).catch((error: unknown) => error);
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = stack.dynamodbUrl;
    await keys.close();
    silent.close();

    expect(refusal).toMatchObject({ kind: 'unavailable', code: 'identity.unavailable', retryAfterMs: 1_000 });
    expect(String(refusal)).not.toContain(apiKey);
  });
});
