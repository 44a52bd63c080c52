import { DeleteMessageBatchCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const SUBSCRIBER = 'manga-fm-results-chat-gateway';

/** Empties the queue that listens to the topic of results: how often each event was told there. */
export async function drainTopic(): Promise<Map<string, number>> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: SUBSCRIBER }));
  const told = new Map<string, number>();
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
    if (Messages.length === 0) break;
    for (const { Body = '{}' } of Messages) {
      const { id } = JSON.parse(Body) as { id: string };
      told.set(id, (told.get(id) ?? 0) + 1);
    }
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })) }));
  }
  sqs.destroy();
  return told;
}
