import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  GetBucketVersioningCommand,
  GetObjectCommand,
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

/** Sockets of ours on which the server still owes an answer. */
async function openPolls(): Promise<number> {
  const handler = sqs.config.requestHandler as unknown as { config: { httpAgent: { sockets: object } } };
  return Object.keys(handler.config.httpAgent.sockets).length;
}

describe('a FIFO queue', () => {
  it('keeps each group in order and locks it while one of its messages is out', async () => {
    queueUrl = await newQueue('ordered.fifo', { FifoQueue: 'true' });
    const inGroup = (group: string, id: string) => send(id, { MessageGroupId: group, MessageDeduplicationId: id });
    await inGroup('one', 'one-1');
    await inGroup('one', 'one-2');
    await inGroup('two', 'two-1');

    const first = await receive();
    const locked = await receive();
    await remove(first.find(({ Body }) => Body === 'one-1') as Message);
    const next = await receive();

    expect(bodies(first)).toEqual(['one-1', 'two-1']);
    expect(locked).toEqual([]);
    expect(bodies(next)).toEqual(['one-2']);
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
