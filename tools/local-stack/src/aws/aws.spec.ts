import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { until } from '@manga-assist/foundation/testing';
import { readResources } from '../resources.ts';
import { startLocalStack, type LocalStack } from '../start-local-stack.ts';

let stack: LocalStack;
let sqs: SQSClient;
let sns: SNSClient;
let s3: S3Client;
let queueUrl: string;
let queueNumber = 0;

beforeAll(async () => {
  stack = await startLocalStack();
  // As the services make them: one endpoint, and no other host out of a queue's URL.
  const shared = { region: 'us-east-1', endpoint: stack.awsUrl, credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 };
  sqs = new SQSClient({ ...shared, useQueueUrlAsEndpoint: false });
  sns = new SNSClient(shared);
  s3 = new S3Client(shared);
});

beforeEach(async () => {
  queueUrl = await newQueue();
});

afterAll(async () => {
  for (const client of [sqs, sns, s3]) client.destroy();
  await stack.close();
});

async function newQueue(name = `queue-${++queueNumber}`, attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return QueueUrl ?? '';
}

async function arnOf(url: string): Promise<string> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  return Attributes?.['QueueArn'] ?? '';
}

const send = (body: string, more: object = {}) => sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, ...more }));
const remove = ({ ReceiptHandle }: Message) => sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
const hideFor = ({ ReceiptHandle }: Message, seconds: number) =>
  sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: seconds }));

async function receive(more: object = {}, signal?: AbortSignal): Promise<Message[]> {
  const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'], ...more });
  return (await sqs.send(command, { abortSignal: signal })).Messages ?? [];
}

const bodies = (messages: Message[]) => messages.map(({ Body }) => Body);
const only = (messages: Message[]) => {
  expect(messages).toHaveLength(1);
  return messages[0] as Message;
};

describe('the declared queues', () => {
  it('stand with their visibility, retention and dead-letter queue', async () => {
    for (const queue of readResources().queues) {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue.name }));
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
      const redrive = JSON.parse(Attributes?.['RedrivePolicy'] ?? 'null') as null | { deadLetterTargetArn: string; maxReceiveCount: number };

      expect(Attributes).toMatchObject({
        VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
        MessageRetentionPeriod: String(queue.retentionSeconds),
      });
      expect(redrive?.maxReceiveCount).toBe(queue.redrive?.maxReceiveCount);
      expect(redrive?.deadLetterTargetArn.split(':').at(-1)).toBe(queue.redrive?.queue);
    }
  });
});

describe('a queue', () => {
  it('hides a received message, and shows it again when its receiver lets go', async () => {
    await send('turn');

    const first = only(await receive());
    const whileHidden = await receive();
    await hideFor(first, 0);
    const again = only(await receive());

    expect(whileHidden).toEqual([]);
    expect(again.Attributes?.['ApproximateReceiveCount']).toBe('2');
  });

  it('shows a message again by itself when its visibility timeout is over', async () => {
    await send('turn');

    await receive({ VisibilityTimeout: 1 });
    const again = await receive({ WaitTimeSeconds: 10 });

    expect(bodies(again)).toEqual(['turn']);
  });

  it('forgets a deleted message', async () => {
    await send('turn');

    const message = only(await receive());
    await remove(message);
    await hideFor(message, 0).catch(() => undefined);

    expect(await receive()).toEqual([]);
  });

  it('sends a message to the dead-letter queue after as many receives as it may have', async () => {
    const deadLetterUrl = await newQueue('dead-letters');
    const policy = { deadLetterTargetArn: await arnOf(deadLetterUrl), maxReceiveCount: 3 };
    queueUrl = await newQueue('poisoned', { RedrivePolicy: JSON.stringify(policy) });
    await send('poison', { MessageAttributes: { tenant: { DataType: 'String', StringValue: 'store' } } });

    for (let attempt = 1; attempt <= 3; attempt++) await hideFor(only(await receive()), 0);
    const fourth = await receive();
    queueUrl = deadLetterUrl;
    const dead = only(await receive({ MessageAttributeNames: ['All'], WaitTimeSeconds: 5 }));

    expect(fourth).toEqual([]);
    expect(dead.Body).toBe('poison');
    expect(dead.MessageAttributes?.['tenant']?.StringValue).toBe('store');
    expect(dead.Attributes?.DeadLetterQueueSourceArn).toMatch(/:poisoned$/);
  });

  it('does not lose the next message to a long poll that was given up', async () => {
    const gone = new AbortController();
    const abandoned = receive({ WaitTimeSeconds: 20, VisibilityTimeout: 600 }, gone.signal).catch((error: Error) => error.name);
    await until('the poll to be under way', async () => (await openPolls()) > 0);
    gone.abort();
    expect(await abandoned).toBe('AbortError');

    await send('for whoever is still there');
    const received = await receive({ WaitTimeSeconds: 10 });

    expect(bodies(received)).toEqual(['for whoever is still there']);
  });
});

describe('a queue of several tenants', () => {
  const from = (tenant: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, number) => send(`${tenant}-${number}`, { MessageGroupId: tenant })));

  it('says whose a message is', async () => {
    await send('batched or not', { MessageGroupId: 'tenant', MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } });

    const { Attributes, MessageAttributes } = only(await receive({ MessageAttributeNames: ['All'] }));

    expect(Attributes?.MessageGroupId).toBe('tenant');
    expect(Object.keys(MessageAttributes ?? {})).toEqual(['a']);
  });

  it('lets a quiet tenant pass one that has much in flight', async () => {
    await from('noisy', 60);
    await from('quiet', 2);

    for (let received = 0; received < 30; received += 10) expect(await receive()).toHaveLength(10);
    const next = bodies(await receive());

    expect(next.slice(0, 2).toSorted()).toEqual(['quiet-0', 'quiet-1']);
    expect(next.slice(2).every((body) => body?.startsWith('noisy'))).toBe(true);
  });

  it('keeps the order of sending while nobody has much in flight', async () => {
    await from('noisy', 25);
    await from('quiet', 2);

    for (let received = 0; received < 20; received += 10) await receive();

    expect(bodies(await receive()).filter((body) => body?.startsWith('quiet'))).toHaveLength(2);
    expect(bodies(await receive())).toEqual([]);
  });
});

describe('a queue that several wait for', () => {
  it('wakes one of them for one message, and lets the others wait on', async () => {
    const polls = Array.from({ length: 3 }, () => receive({ WaitTimeSeconds: 2 }));
    await until('the polls to be under way', async () => (await openPolls()) >= 1);
    await new Promise((resolve) => setTimeout(resolve, 100));

    const startedAt = performance.now();
    await send('one');
    const first = await Promise.race(polls);
    const all = await Promise.all(polls);

    expect(bodies(first)).toEqual(['one']);
    expect(all.flatMap(bodies)).toEqual(['one']);
    expect(performance.now() - startedAt).toBeGreaterThan(1_000);
  });
});

describe('a text', () => {
  it('may hold any character that SQS takes', async () => {
    await send('鬼滅の刃 🗡');
    const refused = send('a\u{FFFF}').catch((error: Error) => error.name);

    expect(bodies(await receive())).toEqual(['鬼滅の刃 🗡']);
    expect(await refused).toMatch(/InvalidMessageContents$/);
  });
});

describe('faults on purpose', () => {
  const faultsUrl = () => `${stack.awsUrl}/local-stack/faults`;
  const ask = async (method: string, body?: string) => {
    const answer = await fetch(faultsUrl(), { method, ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }) });
    return { status: answer.status, body: (await answer.json()) as unknown };
  };

  const done = async () => ((await ask('GET')).body as { done: { duplicateDeliveries: number; failedBatchEntries: number } }).done;

  it('hand out a message twice, under one id and two receipts', async () => {
    const before = await done();
    stack.faults.duplicateDeliveries = 1;
    await send('twice');

    const received = [...(await receive()), ...(await receive())];
    stack.faults.duplicateDeliveries = 0;
    await remove(received[0] as Message);
    await hideFor(received[1] as Message, 0);
    const again = await receive();

    expect(bodies(received)).toEqual(['twice', 'twice']);
    expect(new Set(received.map(({ MessageId }) => MessageId)).size).toBe(1);
    expect(bodies(again)).toEqual(['twice']);
    expect((await done()).duplicateDeliveries - before.duplicateDeliveries).toBe(1);
  });

  it('refuse entries of a batch for the moment', async () => {
    const Entries = Array.from({ length: 10 }, (_, number) => ({ Id: String(number), MessageBody: String(number) }));
    const sendAll = () => sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));

    stack.faults.failedBatchEntries = 1;
    const before = await done();
    const none = await sendAll();
    const after = await done();
    stack.faults.failedBatchEntries = 0.5;
    let some = await sendAll();
    while (!some.Failed?.length || !some.Successful?.length) some = await sendAll();
    stack.faults.failedBatchEntries = 0;

    expect([none.Successful ?? [], none.Failed?.length, none.Failed?.[0]]).toEqual([[], 10, expect.objectContaining({ SenderFault: false, Code: 'InternalError' })]);
    expect(some.Failed.length + some.Successful.length).toBe(10);
    expect(after.failedBatchEntries - before.failedBatchEntries).toBe(10);
  });

  it('can be set, seen and ended while the stack runs', async () => {
    const set = await ask('PUT', '{"duplicateDeliveries":0.2}');
    const wrong = await ask('PUT', '{"duplicateDeliveries":20}');
    const unknown = await ask('PUT', '{"lightning":0.1}');
    const seen = await ask('GET');
    const ended = await ask('DELETE');

    expect([set.status, wrong.status, unknown.status]).toEqual([200, 400, 400]);
    expect(seen.body).toEqual({ duplicateDeliveries: 0.2, failedBatchEntries: 0, answerDelayMs: 0, done: { duplicateDeliveries: expect.any(Number), failedBatchEntries: expect.any(Number) } });
    expect(ended.body).toEqual({ duplicateDeliveries: 0, failedBatchEntries: 0, answerDelayMs: 0 });
  });

  it('make every answer of SQS take its time', async () => {
    stack.faults.answerDelayMs = 200;
    const startedAt = performance.now();
    await send('slowly');
    stack.faults.answerDelayMs = 0;

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(199);
  });
});

/** Sockets of ours on which the server still owes an answer. */
async function openPolls(): Promise<number> {
  const handler = sqs.config.requestHandler as unknown as { config: { httpAgent: { sockets: object } } };
  return Object.keys(handler.config.httpAgent.sockets).length;
}

describe('a FIFO queue', () => {
  const inGroup = (group: string, id: string) => send(id, { MessageGroupId: group, MessageDeduplicationId: id });

  it('keeps each group in order and locks it while one of its messages is out', async () => {
    queueUrl = await newQueue('ordered.fifo', { FifoQueue: 'true' });
    for (const id of ['one-1', 'one-2', 'one-3']) await inGroup('one', id);
    await inGroup('two', 'two-1');

    const first = await receive({ MaxNumberOfMessages: 2 });
    const second = await receive();
    await remove(first[0] as Message);
    const stillLocked = await receive();
    await remove(first[1] as Message);
    const next = await receive();

    expect(bodies(first)).toEqual(['one-1', 'one-2']);
    expect(bodies(second)).toEqual(['two-1']);
    expect(stillLocked).toEqual([]);
    expect(bodies(next)).toEqual(['one-3']);
  });

  it('hands a group out in order again, in whatever order it was given back', async () => {
    queueUrl = await newQueue('given-back.fifo', { FifoQueue: 'true' });
    for (const id of ['1', '2', '3']) await inGroup('group', id);

    const received = await receive();
    for (const message of received) await hideFor(message, 0);

    expect(bodies(await receive())).toEqual(['1', '2', '3']);
  });

  it('goes on with a group whose first message has become a dead letter', async () => {
    const deadLetterUrl = await newQueue('dead.fifo', { FifoQueue: 'true' });
    const policy = { deadLetterTargetArn: await arnOf(deadLetterUrl), maxReceiveCount: 1 };
    queueUrl = await newQueue('poisoned.fifo', { FifoQueue: 'true', RedrivePolicy: JSON.stringify(policy) });
    await inGroup('group', '1');
    await hideFor(only(await receive()), 0);
    await inGroup('group', '2');

    expect(bodies(await receive())).toEqual(['2']);
  });

  it('takes a message once however often its id is sent', async () => {
    queueUrl = await newQueue('once.fifo', { FifoQueue: 'true' });
    const once = { MessageGroupId: 'group', MessageDeduplicationId: 'id' };

    await send('first', once);
    await send('again', once);
    await remove(only(await receive()));

    expect(await receive()).toEqual([]);
  });
});

describe('a topic', () => {
  it('delivers to the queues whose filter the message passes', async () => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'filtered' }));
    const Attributes = { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify({ gateway: ['a'] }) };
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: await arnOf(queueUrl), Attributes }));
    const publish = (gateway: string) =>
      sns.send(new PublishCommand({ TopicArn, Message: `for ${gateway}`, MessageAttributes: { gateway: { DataType: 'String', StringValue: gateway } } }));

    await publish('b');
    await publish('a');
    const delivered = await receive({ WaitTimeSeconds: 5 });

    expect(bodies(delivered)).toEqual(['for a']);
  });

  it('fm-results reaches the queue of the chat gateway as it was published', async () => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'fm-results' }));
    queueUrl = (await sqs.send(new GetQueueUrlCommand({ QueueName: 'manga-fm-results-chat-gateway' }))).QueueUrl ?? '';

    await sns.send(new PublishCommand({ TopicArn, Message: '{"job_id":"1"}' }));

    expect(bodies(await receive({ WaitTimeSeconds: 5 }))).toEqual(['{"job_id":"1"}']);
  });
});

describe('the declared buckets', () => {
  it('stand', async () => {
    for (const { name } of readResources().buckets) expect((await s3.send(new HeadBucketCommand({ Bucket: name }))).$metadata.httpStatusCode).toBe(200);
  });

  it('let go of what they hold when it is declared so', async () => {
    for (const { name: Bucket, expiry = [] } of readResources().buckets) {
      if (expiry.length === 0) continue;
      const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));

      expect(Rules.map(({ Status, Filter, Expiration }) => ({ Status, prefix: Filter?.Prefix, days: Expiration?.Days }))).toEqual(expiry.map((rule) => ({ Status: 'Enabled', ...rule })));
    }
  });
});

describe('a bucket', () => {
  const object = { Bucket: 'manga-fm-results', Key: 'tenant/日本語.json' };
  const read = async () => (await s3.send(new GetObjectCommand(object))).Body?.transformToString();

  it('keeps an object as it was put', async () => {
    await s3.send(new PutObjectCommand({ ...object, Body: '{"漫画":1}', ContentType: 'application/json' }));

    expect(await read()).toBe('{"漫画":1}');
  });

  it('refuses what it cannot do rather than doing something else', async () => {
    await s3.send(new PutObjectCommand({ ...object, Body: 'kept' }));
    const tagging = s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
    const versioning = s3.send(new GetBucketVersioningCommand({ Bucket: object.Bucket }));

    await expect(tagging).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    await expect(versioning).rejects.toMatchObject({ name: 'NotImplemented' });
    expect(await read()).toBe('kept');
  });
});

describe('the health of the stack', () => {
  it('can be asked over HTTP', async () => {
    const answers = await Promise.all(['/livez', '/readyz'].map((path) => fetch(stack.awsUrl + path)));

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});
