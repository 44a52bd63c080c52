import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeleteMessageBatchCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import type { OutgoingMessage } from '../outgoing-message.ts';
import { aMessage, queueSenderContract, STANDARD } from '../testing/queue-sender.contract.ts';
import { openSqsQueueSender } from './sqs-queue-sender.ts';

let stack: LocalStack;
let sqs: SQSClient;
const signal = (): AbortSignal => AbortSignal.timeout(10_000);

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
  sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
}, 30_000);

afterAll(async () => {
  sqs.destroy();
  await stack.close();
});

async function takeAll(queueName: string): Promise<OutgoingMessage[]> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
  const taken: OutgoingMessage[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] }),
    );
    if (Messages.length === 0) return taken;
    taken.push(...Messages.map((message) => asSent(queueName, message)));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })) }));
  }
}

function asSent(queueName: string, { Body = '', MessageAttributes = {}, Attributes = {} }: Message): OutgoingMessage {
  const { Pattern = '', ...attributes } = Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]));
  const groupId = Attributes['MessageGroupId'];
  return { queueName, body: Body, pattern: Pattern, ...(Object.keys(attributes).length > 0 && { attributes }), ...(groupId !== undefined && { groupId }) };
}

describe('SqsQueueSender', () => {
  queueSenderContract(async () => ({ sender: openSqsQueueSender(), received: takeAll }));

  it('delays a message', async () => {
    const sender = openSqsQueueSender();

    await sender.send(aMessage(1, { delayMs: 600 }), signal());
    const atOnce = await takeAll(STANDARD);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: STANDARD }));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, VisibilityTimeout: 0 }));
    await takeAll(STANDARD);
    await sender.close();

    expect(atOnce).toEqual([]);
    expect(Messages.map(({ Body }) => Body)).toEqual(['{"number":1}']);
  });
});

interface Call {
  Entries: { Id: string; MessageBody: string; MessageAttributes: object }[];
}

/** An SQS that answers as the test says, to see what is asked of it. */
async function scriptedSqs(answer: (call: Call, number: number) => { status?: number; body: object }) {
  const calls: Call[] = [];
  const server = createServer((incoming, outgoing) => {
    void readBody(incoming).then((body) => {
      const isSend = String(incoming.headers['x-amz-target']).endsWith('SendMessageBatch');
      const said = isSend ? answer(body as Call, calls.push(body as Call)) : { body: { QueueUrl: 'http://sqs/queue' } };
      outgoing.writeHead(said.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(said.body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sender = openSqsQueueSender({ random: () => 0.01 });
  const close = async () => {
    process.env['AWS_ENDPOINT_URL'] = stack.awsUrl;
    await sender.close();
    server.close();
  };
  return { sender, calls, close };
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}

const taken = ({ Id }: { Id: string }) => ({ Id, MessageId: `m-${Id}`, MD5OfMessageBody: '' });

describe('SqsQueueSender before an SQS in trouble', () => {
  it('sends again only what was refused for the moment, and gives up what never will be taken', async () => {
    const { sender, calls, close } = await scriptedSqs(({ Entries }, number) => ({
      body: {
        Successful: Entries.filter((_, at) => number > 1 || at > 1).map(taken),
        Failed: number > 1 ? [] : [{ Id: '0', SenderFault: false, Code: 'InternalError' }, { Id: '1', SenderFault: true, Code: 'InvalidParameterValue' }],
      },
    }));

    const outcomes = await sender.sendMany([aMessage(1), aMessage(2), aMessage(3)], signal());
    await close();

    expect(calls.map(({ Entries }) => Entries.map(({ MessageBody }) => MessageBody))).toEqual([['{"number":1}', '{"number":2}', '{"number":3}'], ['{"number":1}']]);
    expect(outcomes).toEqual([{ kind: 'sent', messageId: 'm-0' }, { kind: 'failed', code: 'queues.invalid-message' }, { kind: 'sent', messageId: 'm-2' }]);
  });

  it('puts at most ten messages and a mebibyte into a call, attributes counted', async () => {
    const { sender, calls, close } = await scriptedSqs(({ Entries }) => ({ body: { Successful: Entries.map(taken), Failed: [] } }));
    const large = (number: number) => aMessage(number, { body: JSON.stringify('x'.repeat(300_000)), attributes: { Padding: 'y'.repeat(52_000) } });

    await sender.sendMany(Array.from({ length: 21 }, (_, number) => aMessage(number)), signal());
    const small = calls.splice(0);
    await sender.sendMany([large(1), large(2), large(3)], signal());
    await close();

    expect(small.map(({ Entries }) => Entries.length).toSorted()).toEqual([1, 10, 10]);
    expect(calls.map(({ Entries }) => Entries.length).toSorted()).toEqual([1, 2]);
  });

  it('tries a call again while SQS is throttling, but not when it is forbidden', async () => {
    const throttled = { status: 400, body: { __type: 'com.amazonaws.sqs#RequestThrottled', message: 'slow down' } };
    const forbidden = { status: 403, body: { __type: 'AccessDenied', message: 'no' } };
    const first = await scriptedSqs(({ Entries }, number) => (number < 3 ? throttled : { body: { Successful: Entries.map(taken), Failed: [] } }));
    const sent = await first.sender.send(aMessage(1), signal());
    await first.close();
    const second = await scriptedSqs(() => forbidden);
    const refusal: unknown = await second.sender.send(aMessage(1), signal()).catch((error: unknown) => error);
    await second.close();

    expect([sent.messageId, first.calls.length]).toEqual(['m-0', 3]);
    expect([refusal, second.calls.length]).toEqual([expect.objectContaining({ kind: 'unavailable', code: 'queues.unavailable' }), 1]);
  });

  it('gives up with its caller, and keeps what was sent until then', async () => {
    const caller = new AbortController();
    const tooLate = new DOMException('too late', 'TimeoutError');
    const { sender, close } = await scriptedSqs(({ Entries }, number) => {
      // The caller's time is up while what was refused is being sent again.
      if (number === 2) caller.abort(tooLate);
      return { body: { Successful: Entries.slice(1).map((_, at) => taken({ Id: String(at + 1) })), Failed: [{ Id: '0', SenderFault: false, Code: 'InternalError' }] } };
    });

    const outcomes = await sender.sendMany([aMessage(1), aMessage(2)], caller.signal);
    const nothing: unknown = await sender.sendMany([aMessage(1)], AbortSignal.abort(tooLate)).catch((error: unknown) => error);
    await close();

    expect(outcomes).toEqual([{ kind: 'failed', code: 'request.timed-out' }, { kind: 'sent', messageId: 'm-1' }]);
    expect(nothing).toMatchObject({ kind: 'timed-out' });
  });

  it('is not reachable when nobody listens', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    const sender = openSqsQueueSender({ random: () => 0 });

    expect(await sender.isReachable(signal())).toBe(false);
    await expect(sender.send(aMessage(1), signal())).rejects.toMatchObject({ kind: 'unavailable', code: 'queues.unavailable' });

    process.env['AWS_ENDPOINT_URL'] = stack.awsUrl;
    await sender.close();
  });
});
