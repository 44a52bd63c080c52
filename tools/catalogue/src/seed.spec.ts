import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { drawCover } from './covers/draw-cover.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

describe('the seed', () => {
  let stack: LocalStack;
  let dynamo: DynamoDBDocumentClient;

  beforeAll(async () => {
    stack = await startLocalStack();
    dynamo = DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint: stack.dynamodbUrl, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
    );
  });
  afterAll(async () => {
    dynamo.destroy();
    await stack.close();
  });

  const seed = (environment: Record<string, string>) =>
    run(process.execPath, ['--conditions=source', '--import', './tools/workspace/register.mjs', 'tools/catalogue/src/seed.ts'], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...environment },
    });
  const countOf = async (table: string) => (await dynamo.send(new ScanCommand({ TableName: table, Select: 'COUNT' }))).Count;

  it('stocks the shop with one command, and a second time changes nothing', async () => {
    const first = await seed(stack.env);
    const second = await seed(stack.env);

    expect(first.stdout).toMatch(/^seeded \d+ series, 6 orders, \d+ covers and 1 API key in \d+ ms\n$/);
    expect(second.stderr).toBe('');
    expect(await countOf('manga-orders')).toBe(6);
    expect(await countOf('manga-api-keys')).toBe(1);
    const series = await dynamo.send(new GetCommand({ TableName: 'manga-products', Key: { manga_id: 'MNG-VXWSQY6X' } }));
    expect(series.Item).toMatchObject({ title_ja: 'よつばと!', demographic: expect.any(String), stock: expect.any(Array) });
    const order = await dynamo.send(new GetCommand({ TableName: 'manga-orders', Key: { pk: 'T#store#U#demo-customer-1', sk: 'ORDER#ORD-7K2M9Q4X' } }));
    expect(order.Item).toMatchObject({ status: 'shipped', items: [expect.objectContaining({ title_en: 'Chihayafuru' }), expect.anything()] });
  }, 30_000);

  it('draws a cover for every series, always the same', async () => {
    await seed(stack.env);
    const s3 = new S3Client({ region: 'us-east-1', endpoint: stack.env['AWS_ENDPOINT_URL'] ?? '', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
    const cover = await s3.send(new GetObjectCommand({ Bucket: 'manga-covers', Key: 'covers/MNG-VXWSQY6X.png' }));

    const bytes = Buffer.from((await cover.Body?.transformToByteArray()) ?? []);
    expect(cover.ContentType).toBe('image/png');
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(bytes.equals(drawCover('MNG-VXWSQY6X'))).toBe(true);
    s3.destroy();
  }, 30_000);

  it('keeps the local key as a hash only', async () => {
    await seed(stack.env);

    const { Item } = await dynamo.send(new GetCommand({ TableName: 'manga-api-keys', Key: { key_id: 'local' } }));

    expect(Item).toMatchObject({ tenant_id: 'store', subject: 'demo-customer-1', status: 'active', secret_hmac: expect.stringMatching(/^[0-9a-f]{64}$/) });
  }, 30_000);

  it.each([
    ['no endpoint at all', {}],
    ['a real account’s buckets', { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_S3: 'https://s3.us-east-1.amazonaws.com' }],
    ['a real account', { AWS_ENDPOINT_URL_DYNAMODB: 'https://dynamodb.us-east-1.amazonaws.com' }],
  ])('refuses %s: everybody knows the local key', async (_what, environment) => {
    await expect(seed({ AWS_REGION: 'us-east-1', ...environment })).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/^seed: fills a local DynamoDB only, and a local S3; .+\n$/) });
  }, 30_000);

  it('says in one line that the tables cannot be reached', async () => {
    await expect(seed({ ...stack.env, AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^seed: .+\n$/) });
  }, 30_000);
});
