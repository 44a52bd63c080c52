import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { claimCheckOf, type JobOrder } from '@manga-assist/jobs';
import { LocalWorld } from './testing/local-world.ts';

jest.setTimeout(60_000);

let world: LocalWorld;
let handler: (event: Event, context: { getRemainingTimeInMillis(): number }) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;

type Event = Parameters<(typeof import('./lambda.ts'))['handler']>[0];

beforeAll(async () => {
  world = await LocalWorld.start(process.env);
  process.env['LOG_LEVEL'] = 'silent';
  ({ handler } = await import('./lambda.ts'));
});

afterAll(() => world.close());

const invoke = (records: Event['Records']) => handler({ Records: records }, { getRemainingTimeInMillis: () => 60_000 });

function record(messageId: string, body: string, pattern = 'job.run'): Event['Records'][number] {
  return {
    messageId,
    receiptHandle: `handle-${messageId}`,
    body,
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()), SenderId: 'door', ApproximateFirstReceiveTimestamp: String(Date.now()) },
    messageAttributes: { Pattern: { dataType: 'String', stringValue: pattern } },
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:manga-fm-normal',
    awsRegion: 'us-east-1',
  };
}

async function written(prompt: string): Promise<JobOrder> {
  const order = world.order('prompt', { prompt });
  await world.jobs.create(order, world.signal);
  return order;
}

describe('the worker as a Lambda function', () => {
  it('does the jobs of an event, and reports none of them', async () => {
    const orders = await Promise.all(['Hello?', 'Anything about pirates?'].map(written));

    const answer = await invoke(orders.map((order, index) => record(`m${index}`, claimCheckOf(order).body)));

    expect(answer).toEqual({ batchItemFailures: [] });
    for (const order of orders) expect(await world.look(order)).toMatchObject({ status: 'completed', attempt: 1, pendingSteps: [] });
  });

  it('reports only what is to come back', async () => {
    const [held, free] = await Promise.all(['Mine?', 'Free?'].map(written));
    if (!held || !free) throw new Error('there are two');
    await world.jobs.claim(held.jobId, { workerId: 'other', leaseMs: 30_000 }, world.signal);

    const answer = await invoke([record('held', claimCheckOf(held).body), record('free', claimCheckOf(free).body)]);

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'held' }] });
    expect(await world.look(free)).toMatchObject({ status: 'completed' });
  });

  it('puts poison with the dead letters instead of failing by it', async () => {
    expect(await invoke([record('poison', 'What?'), record('stranger', '{}', 'order.placed')])).toEqual({ batchItemFailures: [] });

    const letters = await world.take('manga-fm-dlq');
    expect(letters.map(({ body }) => body).sort()).toEqual(['What?', '{}']);
  });
});
