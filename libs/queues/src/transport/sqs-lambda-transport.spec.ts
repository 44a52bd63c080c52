import type { Message } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { Delivery } from '../delivery.ts';
import { deadLetter, done, retryIn, type Settlement } from '../settlement.ts';
import { LocalQueues } from '../testing/local-queues.ts';
import { SqsLambdaTransport, toLambdaHandler } from './sqs-lambda-transport.ts';

let stack: LocalStack;
let queues: LocalQueues;
const opened: SqsLambdaTransport[] = [];

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
  queues = new LocalQueues();
}, 30_000);

afterEach(async () => {
  await Promise.all(opened.splice(0).map((transport) => transport.close()));
});

afterAll(async () => {
  queues.close();
  await stack.close();
});

type Handler = (payload: { number: number }, delivery: Delivery) => Promise<Settlement | void> | Settlement | void;

function lambdaWith(handler: Handler) {
  return toLambdaHandler(async () => {
    const transport = new SqsLambdaTransport({ handlerTimeoutMs: 60_000, random: () => 0 });
    transport.addHandler('test', async (payload, delivery) => handler(payload as { number: number }, delivery as Delivery), true);
    opened.push(transport);
    return transport;
  });
}

const patiently = { getRemainingTimeInMillis: () => 60_000 };

/** The event that Lambda would make of what it received. */
function eventOf(queueName: string, messages: readonly Message[]): SQSEvent {
  const records = messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MessageAttributes = {} }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue, DataType = '' }]) => [name, { dataType: DataType, ...(StringValue !== undefined && { stringValue: StringValue }) }])),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queueName}`,
    awsRegion: 'us-east-1',
  }));
  return { Records: records };
}

async function received(queueName: string, numbers: readonly number[], more: (number: number) => object = () => ({})): Promise<{ event: SQSEvent; ids: string[] }> {
  const ids: string[] = [];
  for (const number of numbers) ids.push(await queues.send(queueName, { number }, { Pattern: 'test' }, more(number)));
  return { event: eventOf(queueName, await queues.receive(queueName)), ids };
}

describe('a Lambda function over SQS', () => {
  it('reports nothing when every message is done', async () => {
    const { name } = await queues.create();
    const seen: unknown[] = [];
    const { event } = await received(name, [1, 2, 3]);

    const answer = await lambdaWith(({ number }, { queueName, receiveCount }) => void seen.push([number, queueName, receiveCount]))(event, patiently);

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual([1, 2, 3].map((number) => [number, name, 1]));
  });

  it('reports what is to come back, and says to SQS when', async () => {
    const { name } = await queues.create();
    const { event, ids } = await received(name, [1, 2, 3]);

    const answer = await lambdaWith(({ number }) => {
      if (number === 2) return retryIn(0);
      if (number === 3) throw new AppError('unavailable', 'jobs.unavailable', 'Come back.');
    })(event, patiently);

    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted()).toEqual(ids.slice(1).toSorted());
    expect((await queues.receive(name)).map(({ Body }) => Body)).toEqual(['{"number":2}']);
  });

  it('puts dead letters where they belong, and has Lambda delete them', async () => {
    const { name, deadLetters } = await queues.create();
    await queues.send(name, 'not json');
    const { event } = await received(name, [1]);

    const answer = await lambdaWith(() => deadLetter('jobs.failed', 'Three attempts failed.'))(event, patiently);
    const letters = await queues.receive(deadLetters, 5);

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(letters.map(({ MessageAttributes }) => [MessageAttributes?.['DeadLetterCode']?.StringValue, MessageAttributes?.['SourceQueue']?.StringValue]).toSorted()).toEqual([
      ['jobs.failed', name],
      ['queues.not-json', name],
    ]);
  });

  it('sends what waits long anew, and has Lambda delete the old one', async () => {
    const { name } = await queues.create();
    const { event } = await received(name, [1]);
    for (const { attributes } of event.Records) attributes.ApproximateReceiveCount = '5';

    const answer = await lambdaWith(() => retryIn(0))(event, patiently);

    expect(answer).toEqual({ batchItemFailures: [] });
    expect((await queues.receive(name, 5)).map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.['FirstSentAt']?.StringValue])).toEqual([
      ['{"number":1}', event.Records[0]?.attributes.SentTimestamp],
    ]);
  });

  it('begins nothing of a FIFO group after one that is to come back', async () => {
    const { name } = await queues.create({ isFifo: true });
    const seen: number[] = [];
    const group = (number: number) => ({ MessageGroupId: number < 10 ? 'a' : 'b', MessageDeduplicationId: String(number) });
    const { event, ids } = await received(name, [1, 2, 3, 10, 11], group);

    const answer = await lambdaWith(({ number }) => (seen.push(number), number === 2 ? retryIn(0) : done))(event, patiently);

    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([ids[1], ids[2]]);
    expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 10, 11]);
  });

  it('stops in time, and reports what it could not begin', async () => {
    const { name } = await queues.create({ isFifo: true });
    const { event, ids } = await received(name, [1, 2], (number) => ({ MessageGroupId: 'a', MessageDeduplicationId: String(number) }));
    const stopped: unknown[] = [];
    const handler: Handler = (_payload, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => (stopped.push(signal.reason), reject(signal.reason))));

    const answer = await lambdaWith(handler)(event, { getRemainingTimeInMillis: () => 5_050 });

    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(ids);
    expect(stopped).toMatchObject([{ name: 'TimeoutError' }]);
  });

  it('starts its application once, and again after a start that failed', async () => {
    let starts = 0;
    const handler = toLambdaHandler(async () => {
      if (++starts === 1) throw new Error('no DynamoDB yet');
      const transport = new SqsLambdaTransport({ handlerTimeoutMs: 1_000 });
      opened.push(transport);
      return transport;
    });
    const nothing = { Records: [] };

    await expect(handler(nothing, patiently)).rejects.toThrow('no DynamoDB yet');
    await handler(nothing, patiently);
    await handler(nothing, patiently);

    expect(starts).toBe(2);
  });
});
