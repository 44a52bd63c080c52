import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { lastValueFrom } from 'rxjs';
import { openSqsQueueSender } from '../aws/sqs-queue-sender.ts';
import { deadLetter, type Settlement } from '../settlement.ts';
import { SqsDelivery } from '../sqs-delivery.ts';
import { LocalQueues } from '../testing/local-queues.ts';
import { RecordedQueueSender } from '../testing/recorded-queue-sender.ts';
import { KeepErrors } from './keep-errors.ts';
import { SqsClient } from './sqs-client.ts';
import { SqsTransport } from './sqs-transport.ts';
import type { MessageSettled } from './transport-events.ts';

const seen: unknown[] = [];

class JobsController {
  @EventPattern<string>('job.run')
  async run(@Payload() message: { number: number }, @Ctx() delivery: SqsDelivery): Promise<Settlement | void> {
    seen.push([message, delivery.attributes['TraceId']]);
    if (message.number === 2) return deadLetter('jobs.failed', 'Three attempts failed.');
    if (message.number === 3) throw new AppError('invalid', 'jobs.bad-message', 'Nobody can do that.');
  }
}

let stack: LocalStack;
let queues: LocalQueues;

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
  queues = new LocalQueues();
}, 30_000);

afterAll(async () => {
  queues.close();
  await stack.close();
});

describe('a Nest application over SQS', () => {
  it('handles with a controller what a client has emitted, and settles by what the controller says', async () => {
    const { name, deadLetters } = await queues.create();
    const settled: MessageSettled[] = [];
    const transport = new SqsTransport({ queues: [{ name, weight: 1 }], mostInFlight: 4, handlerTimeoutMs: 10_000, onSettled: (event) => settled.push(event) });
    const testing = await Test.createTestingModule({ controllers: [JobsController] }).compile();
    const app = testing.createNestMicroservice({ strategy: transport, logger: false });
    app.useGlobalFilters(new KeepErrors());
    await app.listen();
    const client = new SqsClient({ sender: openSqsQueueSender(), route: () => ({ queueName: name, attributes: { TraceId: 'trace-1' } }) });

    for (const number of [1, 2, 3]) await lastValueFrom(client.emit('job.run', { number }));
    await until('all to be settled', async () => (await queues.depth(name)) === 0);
    const letters = await queues.receive(deadLetters);
    await client.close();
    await app.close();

    expect(seen).toEqual([1, 2, 3].map((number) => [{ number }, 'trace-1']));
    expect(settled.map(({ outcome }) => outcome).toSorted()).toEqual(['dead-letter', 'dead-letter', 'done']);
    expect(letters.map(({ MessageAttributes }) => MessageAttributes?.['DeadLetterCode']?.StringValue).toSorted()).toEqual(['jobs.bad-message', 'jobs.failed']);
  });
});

describe('SqsClient', () => {
  it('refuses to wait for an answer that no queue gives', async () => {
    const client = new SqsClient({ sender: new RecordedQueueSender(), route: () => ({ queueName: 'queue' }) });

    await expect(lastValueFrom(client.send('job.run', {}))).rejects.toMatchObject({ kind: 'bug', code: 'queues.not-supported' });
  });

  it('tells its caller when a message could not be sent', async () => {
    const sender = new RecordedQueueSender({ queues: [] });
    const client = new SqsClient({ sender, route: () => ({ queueName: 'queue' }) });

    await expect(lastValueFrom(client.emit('job.run', {}))).rejects.toMatchObject({ code: 'queues.unknown-queue' });
  });
});
