import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { QueueDepths, type QueueDepth } from '../queue-depths.ts';
import { openSqsClient, QueueUrls } from './sqs-client.ts';
import { toQueueError } from './sqs-errors.ts';

class SqsQueueDepths extends QueueDepths {
  readonly #client: SQSClient;
  readonly #urls: QueueUrls;

  constructor(client: SQSClient) {
    super();
    this.#client = client;
    this.#urls = new QueueUrls(client);
  }

  async of(queueName: string, signal: AbortSignal): Promise<QueueDepth> {
    try {
      const QueueUrl = await this.#urls.of(queueName, signal);
      const { Attributes = {} } = await this.#client.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
        }),
        { abortSignal: signal },
      );
      return {
        queueName,
        waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
        inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
        delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
      };
    } catch (error) {
      throw toQueueError(error, { queueName, signal });
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }
}

export function openSqsQueueDepths(): QueueDepths {
  return new SqsQueueDepths(openSqsClient());
}
