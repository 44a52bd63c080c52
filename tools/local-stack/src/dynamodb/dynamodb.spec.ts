import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  IdempotentParameterMismatchException,
  ScanCommand,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { until } from '@manga-assist/foundation/testing';
import { readResources, type IndexDeclaration } from '../resources.ts';
import { startLocalStack, type LocalStack } from '../start-local-stack.ts';

const TableName = 'manga-fm-request-status';
let stack: LocalStack;
let client: DynamoDBClient;
let table: DynamoDBDocument;

beforeAll(async () => {
  stack = await startLocalStack({ ttlSweepMs: 20 });
  client = new DynamoDBClient({ region: 'us-east-1', endpoint: stack.dynamodbUrl, credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 });
  table = DynamoDBDocument.from(client);
});

afterAll(async () => {
  client.destroy();
  await stack.close();
});

const get = async (id: string) => (await table.get({ TableName, Key: { request_id: id } })).Item;
const put = (id: string, more: object = {}) => table.put({ TableName, Item: { request_id: id, ...more } });
const reason = (error: unknown) => (error as TransactionCanceledException).CancellationReasons?.map(({ Code }) => Code);

describe('the declared tables', () => {
  it('stand with their keys and indexes', async () => {
    const keysOf = ({ partitionKey, sortKey }: Pick<IndexDeclaration, 'partitionKey' | 'sortKey'>) => [partitionKey.name, ...(sortKey ? [sortKey.name] : [])];

    for (const { name, globalSecondaryIndexes = [], ...keys } of readResources().tables) {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
      const indexes = Table?.GlobalSecondaryIndexes ?? [];

      expect(Table?.KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(keysOf(keys));
      expect(indexes.map(({ IndexName, KeySchema, Projection }) => [IndexName, KeySchema?.map(({ AttributeName }) => AttributeName), Projection?.ProjectionType]).toSorted()).toEqual(
        globalSecondaryIndexes.map((index) => [index.name, keysOf(index), index.projection]).toSorted(),
      );
    }
  });
});

describe('an index', () => {
  const due = async (shard: string) => {
    const { Items = [] } = await table.query({
      TableName,
      IndexName: 'due',
      KeyConditionExpression: 'due_shard = :shard AND due_at_ms <= :now',
      ExpressionAttributeValues: { ':shard': shard, ':now': 1_000 },
    });
    return Items.map((item) => item['request_id']);
  };

  it('holds the items that have its keys, in its order, and no others', async () => {
    await put('later', { due_shard: 'a', due_at_ms: 900 });
    await put('sooner', { due_shard: 'a', due_at_ms: 100 });
    await put('not-yet', { due_shard: 'a', due_at_ms: 2_000 });
    await put('elsewhere', { due_shard: 'b', due_at_ms: 100 });
    await put('never', { due_shard: 'a' });

    expect(await due('a')).toEqual(['sooner', 'later']);
  });

  it('follows every change of its keys', async () => {
    const change = (UpdateExpression: string, values?: object) =>
      table.update({ TableName, Key: { request_id: 'moving' }, UpdateExpression, ...(values && { ExpressionAttributeValues: values }) });
    await put('moving', { due_shard: 'c', due_at_ms: 100 });

    await change('SET due_at_ms = :later', { ':later': 5_000 });
    const afterPuttingOff = await due('c');
    await change('SET due_at_ms = :soon', { ':soon': 10 });
    const afterCallingBack = await due('c');
    await change('REMOVE due_shard, due_at_ms');

    expect([afterPuttingOff, afterCallingBack, await due('c')]).toEqual([[], ['moving'], []]);
  });
});

describe('a conditional write', () => {
  it('has exactly one winner however many race for it', async () => {
    const racers = Array.from({ length: 50 }, (_, racer) =>
      table.put({ TableName, Item: { request_id: 'race', racer }, ConditionExpression: 'attribute_not_exists(request_id)' }).then(
        () => racer,
        (error: unknown) => error,
      ),
    );

    const results = await Promise.all(racers);

    const winners = results.filter((result) => typeof result === 'number');
    expect(winners).toHaveLength(1);
    expect(results.filter((result) => result instanceof ConditionalCheckFailedException)).toHaveLength(49);
    expect(await get('race')).toEqual({ request_id: 'race', racer: winners[0] });
  });

  it('loses no count of concurrent additions', async () => {
    const add = () => table.update({ TableName, Key: { request_id: 'count' }, UpdateExpression: 'ADD calls :one', ExpressionAttributeValues: { ':one': 1 } });

    await Promise.all(Array.from({ length: 50 }, add));

    expect((await get('count'))?.['calls']).toBe(50);
  });

  it('that fails shows the item that stood in its way when asked to', async () => {
    await put('claimed', { attempt: 3 });
    const write = {
      TableName,
      Key: { request_id: 'claimed' },
      UpdateExpression: 'SET attempt = :next',
      ConditionExpression: 'attempt < :next',
      ExpressionAttributeValues: { ':next': 2 },
    };

    const shown = await table.update({ ...write, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }).catch((error: unknown) => error);
    const hidden = await table.update(write).catch((error: unknown) => error);

    expect(shown).toBeInstanceOf(ConditionalCheckFailedException);
    expect((shown as ConditionalCheckFailedException).Item).toEqual({ request_id: { S: 'claimed' }, attempt: { N: '3' } });
    expect((hidden as ConditionalCheckFailedException).Item).toBeUndefined();
  });
});

describe('a transaction', () => {
  it('writes everything or nothing, and says which condition failed on which item', async () => {
    await put('taken', { owner: 'someone' });

    const error = await table
      .transactWrite({
        TransactItems: [
          { Put: { TableName, Item: { request_id: 'tx-new' } } },
          {
            ConditionCheck: {
              TableName,
              Key: { request_id: 'taken' },
              ConditionExpression: 'attribute_not_exists(request_id)',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ],
      })
      .catch((failure: unknown) => failure);

    expect(error).toBeInstanceOf(TransactionCanceledException);
    expect(reason(error)).toEqual(['None', 'ConditionalCheckFailed']);
    expect((error as TransactionCanceledException).CancellationReasons?.[1]?.Item).toMatchObject({ owner: { S: 'someone' } });
    expect(await get('tx-new')).toBeUndefined();
  });

  it('undoes its earlier writes when a later one cannot be carried out', async () => {
    await put('tx-before', { title: 'old' });

    const error = await table
      .transactWrite({
        TransactItems: [
          { Put: { TableName, Item: { request_id: 'tx-before', title: 'new' } } },
          { Put: { TableName, Item: { request_id: 'tx-added' } } },
          {
            Update: {
              TableName,
              Key: { request_id: 'race' },
              UpdateExpression: 'ADD request_text :one',
              ExpressionAttributeValues: { ':one': 1 },
              ConditionExpression: 'attribute_exists(request_id)',
            },
          },
          { Update: { TableName, Key: { request_id: 'taken' }, UpdateExpression: 'ADD #owner :one', ExpressionAttributeNames: { '#owner': 'owner' }, ExpressionAttributeValues: { ':one': 1 } } },
        ],
      })
      .catch((failure: unknown) => failure);

    expect(reason(error)).toEqual(['None', 'None', 'None', 'ValidationError']);
    expect(await get('tx-before')).toEqual({ request_id: 'tx-before', title: 'old' });
    expect(await get('tx-added')).toBeUndefined();
    expect((await get('race'))?.['request_text']).toBeUndefined();
  });

  it('moves amounts between items so that nobody ever reads a sum that is not there', async () => {
    await Promise.all([put('account-a', { yen: 1000 }), put('account-b', { yen: 1000 })]);
    const add = (id: string, yen: number) => ({
      Update: { TableName, Key: { request_id: id }, UpdateExpression: 'ADD yen :yen', ExpressionAttributeValues: { ':yen': yen } },
    });
    const read = async () => {
      const { Responses } = await table.transactGet({
        TransactItems: ['account-a', 'account-b'].map((id) => ({ Get: { TableName, Key: { request_id: id } } })),
      });
      return Responses?.reduce((sum, { Item }) => sum + Number(Item?.['yen']), 0);
    };

    const transfers = Array.from({ length: 40 }, (_, step) => table.transactWrite({ TransactItems: [add('account-a', -step), add('account-b', step)] }));
    const sums = await Promise.all([...Array.from({ length: 20 }, read), ...transfers.map((transfer) => transfer.then(read))]);

    expect(new Set(sums)).toEqual(new Set([2000]));
    expect((await get('account-a'))?.['yen']).toBe(1000 - (39 * 40) / 2);
  });

  it('sent twice with one token happens once, and the token cannot be used for another', async () => {
    const transaction = (step: number) => ({
      ClientRequestToken: 'token-1',
      TransactItems: [{ Update: { TableName, Key: { request_id: 'token' }, UpdateExpression: 'ADD steps :step', ExpressionAttributeValues: { ':step': step } } }],
    });

    await table.transactWrite(transaction(1));
    await table.transactWrite(transaction(1));

    expect((await get('token'))?.['steps']).toBe(1);
    await expect(table.transactWrite(transaction(2))).rejects.toBeInstanceOf(IdempotentParameterMismatchException);
  });

  it('cannot touch one item twice', async () => {
    const twice = { Put: { TableName, Item: { request_id: 'twice' } } };

    await expect(table.transactWrite({ TransactItems: [twice, twice] })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('time to live', () => {
  it('is on for the tables that declare it', async () => {
    const of = async (name: string) => (await client.send(new DescribeTimeToLiveCommand({ TableName: name }))).TimeToLiveDescription;

    expect(await of(TableName)).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires_at' });
    expect(await of('manga-products')).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });

  it('removes what has expired from a table larger than one look', async () => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const numbers = Array.from({ length: 250 }, (_, number) => number);
    await Promise.all(numbers.map((number) => put(`many-${number}`, { expires_at: nowSeconds + (number % 2 === 0 ? 3_600 : -1) })));

    const left = async () => (await client.send(new ScanCommand({ TableName, Select: 'COUNT', FilterExpression: 'begins_with(request_id, :many)', ExpressionAttributeValues: { ':many': { S: 'many-' } } }))).Count;
    await until('the expired half to go', async () => (await left()) === 125, 25_000);
  });

  it('removes what has expired and nothing else', async () => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    await put('lasting', { expires_at: nowSeconds + 3600 });
    await put('ancient', { expires_at: 1 });
    await put('worded', { expires_at: String(nowSeconds - 1) });
    await put('expired', { expires_at: nowSeconds - 1 });

    await until('the expired item to go', async () => !(await get('expired')));

    expect(await get('lasting')).toBeDefined();
    expect(await get('ancient')).toBeDefined();
    expect(await get('worded')).toBeDefined();
  });
});

describe('the local DynamoDB', () => {
  it('pages through more than a megabyte', async () => {
    const text = 'x'.repeat(300_000);
    await Promise.all(Array.from({ length: 5 }, (_, part) => table.put({ TableName: 'manga-fm-ledger', Item: { pk: 'large', sk: `${part}`, text } })));

    const first = await client.send(new ScanCommand({ TableName: 'manga-fm-ledger' }));

    expect(first.LastEvaluatedKey).toBeDefined();
    expect(first.Items?.length).toBeLessThan(5);
  });

  it('answers what is not an operation as DynamoDB does, and stays up', async () => {
    const call = (operation: string, body: string) =>
      fetch(stack.dynamodbUrl, { method: 'POST', body, headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` } });

    const answers = await Promise.all([call('DescribeLimits', '{}'), call('GetItem', '{"TableName"'), call('GetItem', '[]'), call('GetItem', '{}')]);

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect(await get('lasting')).toBeDefined();
  });
});
