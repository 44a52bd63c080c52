import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { openSqsQueueDepths } from './sqs-queue-depths.ts';

let stack: LocalStack;
const signal = (): AbortSignal => AbortSignal.timeout(10_000);

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
});

afterAll(() => stack.close());

describe('queue depths over SQS', () => {
  it('tell what waits and what is being worked on', async () => {
    const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'depths' }));
    for (const MessageBody of ['one', 'two', 'three']) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
    const depths = openSqsQueueDepths();

    expect(await depths.of('depths', signal())).toEqual({ queueName: 'depths', waiting: 2, inFlight: 1, delayed: 0 });

    await depths.close();
    sqs.destroy();
  });

  it('refuse a queue that does not exist', async () => {
    const depths = openSqsQueueDepths();

    await expect(depths.of('nobody-made-this', signal())).rejects.toMatchObject({ kind: 'invalid', code: 'queues.unknown-queue' });

    await depths.close();
  });

  it('say that they cannot be reached when nobody listens, and end with the caller’s signal', async () => {
    const depths = openSqsQueueDepths();
    const given = process.env['AWS_ENDPOINT_URL'];
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    const unreachable = openSqsQueueDepths();

    await expect(unreachable.of('depths', signal())).rejects.toMatchObject({ kind: 'unavailable', code: 'queues.unavailable' });
    await expect(depths.of('depths', AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });

    process.env['AWS_ENDPOINT_URL'] = given;
    await Promise.all([depths.close(), unreachable.close()]);
  });
});
