import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import type { TopicMessage } from '../topic-publisher.ts';
import { TOPIC, topicPublisherContract } from '../testing/topic-publisher.contract.ts';
import { openSnsTopicPublisher } from './sns-topic-publisher.ts';

let stack: LocalStack;
let sqs: SQSClient;
let queueUrl: string | undefined;

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
  sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  queueUrl = (await sqs.send(new GetQueueUrlCommand({ QueueName: 'manga-fm-results-chat-gateway' }))).QueueUrl;
}, 30_000);

afterAll(async () => {
  sqs.destroy();
  await stack.close();
});

async function received(): Promise<TopicMessage[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }));
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
    body: Body,
    attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue])),
  }));
}

describe('SnsTopicPublisher', () => {
  topicPublisherContract(async () => ({ publisher: openSnsTopicPublisher(), received }));

  it('takes the topic’s ARN as well as its name', async () => {
    const sns = new SNSClient({});
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: TOPIC }));
    const publisher = openSnsTopicPublisher();

    await publisher.publish(TopicArn, { body: '{"by":"arn"}', attributes: {} }, AbortSignal.timeout(10_000));
    const lost = publisher.publish(`${TopicArn}-gone`, { body: '{}', attributes: {} }, AbortSignal.timeout(10_000));

    await expect(lost).rejects.toMatchObject({ code: 'queues.unknown-topic' });
    expect(await received()).toEqual([{ body: '{"by":"arn"}', attributes: {} }]);
    sns.destroy();
    await publisher.close();
  });

  it('does not wait for a topic that never answers', async () => {
    const mute = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const publisher = openSnsTopicPublisher({ attemptTimeoutMs: 50 });

    // Nobody but the publisher ends it.
    const publishing = publisher.publish(TOPIC, { body: '{}', attributes: {} }, new AbortController().signal);

    await expect(publishing).rejects.toMatchObject({ kind: 'unavailable', code: 'queues.topic-unavailable' });
    process.env['AWS_ENDPOINT_URL'] = stack.awsUrl;
    await publisher.close();
    mute.close();
  });

  it('says that it cannot be reached when nobody listens', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    const publisher = openSnsTopicPublisher();

    const publishing = publisher.publish(TOPIC, { body: '{}', attributes: {} }, AbortSignal.timeout(10_000));

    await expect(publishing).rejects.toMatchObject({ kind: 'unavailable', code: 'queues.topic-unavailable' });
    expect(await publisher.isReachable(AbortSignal.timeout(10_000))).toBe(false);
    process.env['AWS_ENDPOINT_URL'] = stack.awsUrl;
    await publisher.close();
  });
});
