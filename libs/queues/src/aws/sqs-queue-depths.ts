import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { QueueDepths, type QueueDepth } from '../queue-depths.ts';
import { toQueueError } from './sqs-errors.ts';

class SqsQueueDepths extends QueueDepths {
  readonly #client: SQSClient;
  readonly #urls = new Map<string, string>();

  constructor(client: SQSClient) {
    super();
    this.#client = client;
  }

  async of(queueName: string, signal: AbortSignal): Promise<QueueDepth> {
    try {
      const QueueUrl = await this.#urlOf(queueName, signal);
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
      throw toQueueError(error);
    }
  }

  async #urlOf(queueName: string, signal: AbortSignal): Promise<string> {
    const known = this.#urls.get(queueName);
    if (known !== undefined) return known;
    const { QueueUrl = '' } = await this.#client.send(new GetQueueUrlCommand({ QueueName: queueName }), { abortSignal: signal });
    this.#urls.set(queueName, QueueUrl);
    return QueueUrl;
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }
}

export function openSqsQueueDepths(): QueueDepths {
  // A local endpoint would otherwise lose to the host in the queue's URL.
  return new SqsQueueDepths(new SQSClient({ maxAttempts: 2, useQueueUrlAsEndpoint: false }));
}
