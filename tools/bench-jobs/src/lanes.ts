import { DeleteMessageBatchCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { SqsTransport } from '@manga-assist/queues';
import { Consumer } from 'sqs-consumer';

/** Takes messages out of a queue, ten a call and so many calls at once, until `count` are gone from it. */
export type Lane = (queueName: string, count: number, callsAtOnce: number) => Promise<void>;

const WHAT_COMES_ALONG = { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp', 'MessageGroupId'] } as const;

const openClient = (): SQSClient => new SQSClient({ useQueueUrlAsEndpoint: false });
const urlOf = async (sqs: SQSClient, queueName: string): Promise<string> => (await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }))).QueueUrl ?? '';

/** The plainest loop: receive ten, delete ten. */
export const rawLoop: Lane = async (queueName, count, callsAtOnce) => {
  const sqs = openClient();
  const QueueUrl = await urlOf(sqs, queueName);
  let deleted = 0;
  const loop = async () => {
    while (deleted < count) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: [...WHAT_COMES_ALONG.MessageAttributeNames], MessageSystemAttributeNames: [...WHAT_COMES_ALONG.MessageSystemAttributeNames] }),
      );
      if (Messages.length === 0) continue;
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })) }));
      deleted += Messages.length;
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, loop));
  sqs.destroy();
};

/** sqs-consumer in its fastest form: whole batches, one consumer for each call at once. */
export const sqsConsumer: Lane = async (queueName, count, callsAtOnce) => {
  const sqs = openClient();
  const queueUrl = await urlOf(sqs, queueName);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let deleted = 0;
  const consumers = Array.from({ length: callsAtOnce }, () =>
    Consumer.create({
      queueUrl,
      sqs,
      batchSize: 10,
      waitTimeSeconds: 0,
      messageAttributeNames: [...WHAT_COMES_ALONG.MessageAttributeNames],
      messageSystemAttributeNames: [...WHAT_COMES_ALONG.MessageSystemAttributeNames],
      handleMessageBatch: async (messages: Message[]) => messages,
    }),
  );
  for (const consumer of consumers) {
    consumer.on('message_processed', () => ++deleted >= count && resolve());
    consumer.on('error', reject);
    consumer.start();
  }
  await promise.finally(() => consumers.forEach((consumer) => consumer.stop()));
  // A poll that is under way would take what the next lane waits for.
  while (consumers.some(({ status }) => status.isPolling)) await new Promise((next) => setTimeout(next, 5));
  sqs.destroy();
};

/** Ours, with a handler that does nothing. */
export const transport: Lane = async (queueName, count, callsAtOnce) => {
  const serving = new SqsTransport({ queues: [{ name: queueName, weight: 1 }], mostInFlight: callsAtOnce * 10, handlerTimeoutMs: 60_000, onSettled: () => ++settled >= count && resolve() });
  const { promise, resolve } = Promise.withResolvers<void>();
  let settled = 0;
  serving.addHandler('bench', async () => undefined, true);
  serving.listen(() => undefined);
  await promise;
  // Only what has been deleted is done.
  await serving.close();
};
