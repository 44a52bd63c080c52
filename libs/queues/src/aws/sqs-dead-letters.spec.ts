import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { aBuried, deadLettersContract, ORDERED_SOURCE, SOURCE, type OpenedDeadLetters } from '../testing/dead-letters.contract.ts';
import { LocalQueues, url } from '../testing/local-queues.ts';
import { openSqsDeadLetters } from './sqs-dead-letters.ts';

/** As tools/infra declares for the queues of jobs. */
const MOST_RECEIVES = 25;
const DEAD_LETTER_QUEUES = ['manga-fm-dlq', 'manga-fm-ordered-dlq.fifo'];

let stack: LocalStack;
let queues: LocalQueues;
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
  queues = new LocalQueues();
}, 30_000);

afterAll(async () => {
  queues.close();
  await stack.close();
});

/** What SQS does on purpose from now on. */
async function faults(wanted: object): Promise<void> {
  await fetch(new URL('/local-stack/faults', process.env['AWS_ENDPOINT_URL']), { method: 'PUT', body: JSON.stringify(wanted) });
}

let buried = 0;

async function open(): Promise<OpenedDeadLetters> {
  for (const name of [...DEAD_LETTER_QUEUES, SOURCE, ORDERED_SOURCE]) await queues.sqs.send(new PurgeQueueCommand({ QueueUrl: url(name) }));
  return {
    deadLetters: openSqsDeadLetters({ deadLetterQueues: DEAD_LETTER_QUEUES }),
    bury: ({ sourceQueue, code, reason, body, attributes, groupId }) => {
      const isOrdered = sourceQueue.endsWith('.fifo');
      const more = isOrdered ? { MessageGroupId: groupId, MessageDeduplicationId: `buried-${++buried}` } : {};
      return queues.send(DEAD_LETTER_QUEUES[Number(isOrdered)] ?? '', body, { ...attributes, DeadLetterCode: code, DeadLetterReason: reason, SourceQueue: sourceQueue }, more);
    },
    backIn: async (queueName) => {
      const messages = await queues.receive(queueName);
      return messages.map(({ Body = '', MessageAttributes = {}, Attributes = {} }) => ({
        body: Body,
        attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue])),
        ...(Attributes.MessageGroupId !== undefined && { groupId: Attributes.MessageGroupId }),
      }));
    },
  };
}

describe('SqsDeadLetters', () => {
  deadLettersContract(open);

  it('know what SQS itself has put there, and where from', async () => {
    const { deadLetters } = await open();
    await queues.send(SOURCE, { v: 1, job_id: 'job-9' });
    for (let receive = 1; receive <= MOST_RECEIVES + 1; receive++) {
      for (const message of await queues.receive(SOURCE)) await queues.giveBack(SOURCE, message);
    }

    const listed = await deadLetters.list({ code: 'queues.received-too-often' }, 10, signal());
    const report = await deadLetters.redrive({ ids: ['job-9'] }, { limit: 10, perSecond: 100, isDryRun: false }, signal());

    expect(listed).toMatchObject([{ sourceQueue: SOURCE, code: 'queues.received-too-often', body: '{"v":1,"job_id":"job-9"}' }]);
    expect(report).toMatchObject({ redriven: 1 });
    expect((await queues.receive(SOURCE)).map(({ Body }) => Body)).toEqual(['{"v":1,"job_id":"job-9"}']);
    await deadLetters.close();
  });

  it('show everybody everything again at once after a look', async () => {
    const { bury, deadLetters } = await open();
    for (let number = 0; number < 15; number++) await bury(aBuried(number));

    await deadLetters.list({}, 3, signal());
    const left = [...(await queues.receive('manga-fm-dlq')), ...(await queues.receive('manga-fm-dlq'))];

    expect(left).toHaveLength(15);
    await deadLetters.close();
  });

  it('are all shown though some calls bring nothing but second copies', async () => {
    const { deadLetters } = await open();
    const bury = (tenant: string, number: number) => queues.send('manga-fm-dlq', {}, { DeadLetterCode: 'jobs.unknown', RequestId: `${tenant}-${number}` }, { MessageGroupId: tenant });
    for (let number = 0; number < 35; number++) await bury('noisy', number);
    for (let number = 0; number < 20; number++) await bury('quiet', number);
    await faults({ duplicateDeliveries: 1 });

    const listed = await deadLetters.list({}, 1_000, signal());
    await faults({ duplicateDeliveries: 0 });

    expect(new Set(listed.map(({ attributes }) => attributes['RequestId'])).size).toBe(55);
    await deadLetters.close();
  });

  it('leave where it is what cannot go back', async () => {
    const { bury, deadLetters } = await open();
    await bury(aBuried(1, { sourceQueue: 'gone-by-now' }));
    await queues.send('manga-fm-dlq', '{}', { Pattern: 'nobody-knows-from-where', DeadLetterCode: 'lost' });

    const report = await deadLetters.redrive({}, { limit: 10, perSecond: 100, isDryRun: false }, signal());

    expect(report).toMatchObject({ matched: 2, redriven: 0, failed: 2 });
    expect(await deadLetters.list({}, 10, signal())).toHaveLength(2);
    await deadLetters.close();
  });

  it('tell what was redriven until the caller went away', async () => {
    const { bury, deadLetters } = await open();
    for (const number of [1, 2, 3]) await bury(aBuried(number));
    const caller = new AbortController();
    let prepared = 0;

    const report = await deadLetters.redrive(
      {},
      {
        limit: 10,
        perSecond: 1,
        isDryRun: false,
        beforeEach: async () => {
          // While the rate makes the second one wait.
          if (++prepared === 1) setImmediate(() => setTimeout(() => caller.abort(), 50));
          return true;
        },
      },
      caller.signal,
    );

    expect(report).toMatchObject({ matched: 1, redriven: 1 });
    expect(await deadLetters.list({}, 10, signal())).toHaveLength(2);
    await deadLetters.close();
  });

  it('say that there is no such queue', async () => {
    const deadLetters = openSqsDeadLetters({ deadLetterQueues: ['nobody-made-this'] });

    await expect(deadLetters.list({}, 10, signal())).rejects.toMatchObject({ kind: 'invalid', code: 'queues.unknown-queue' });
    await deadLetters.close();
  });
});
