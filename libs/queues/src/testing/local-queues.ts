import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
  type QueueAttributeName,
} from '@aws-sdk/client-sqs';

/** Queues in the local stack for one test file, and what its tests do to them beside the code under test. */
export class LocalQueues {
  readonly sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  #created = 0;

  /** A new empty queue with a dead-letter queue of its own. */
  async create({ isFifo = false, maxReceiveCount = 10, visibilityTimeoutSeconds = 30 } = {}): Promise<{ name: string; deadLetters: string }> {
    const ending = isFifo ? '.fifo' : '';
    const name = `test-${++this.#created}${ending}`;
    const deadLetters = `test-${this.#created}-dead${ending}`;
    const fifo = isFifo ? { FifoQueue: 'true' } : undefined;
    await this.sqs.send(new CreateQueueCommand({ QueueName: deadLetters, Attributes: { ...fifo } }));
    const { Attributes } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url(deadLetters), AttributeNames: ['QueueArn'] }));
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount });
    await this.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...fifo, RedrivePolicy, VisibilityTimeout: String(visibilityTimeoutSeconds) } }));
    return { name, deadLetters };
  }

  /** Sends a body as it is, with attributes beside it. */
  async send(queueName: string, body: unknown, attributes: Record<string, string> = { Pattern: 'test' }, more: object = {}): Promise<string> {
    const MessageAttributes = Object.fromEntries(Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
    const MessageBody = typeof body === 'string' ? body : JSON.stringify(body);
    const { MessageId = '' } = await this.sqs.send(new SendMessageCommand({ QueueUrl: url(queueName), MessageBody, MessageAttributes, ...more }));
    return MessageId;
  }

  /** What is visible now, or becomes so within the wait; hidden from others for 30 s. */
  async receive(queueName: string, waitSeconds = 0): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: url(queueName),
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: 30,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    return (await this.sqs.send(command)).Messages ?? [];
  }

  async giveBack(queueName: string, { ReceiptHandle }: Message): Promise<void> {
    await this.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url(queueName), ReceiptHandle, VisibilityTimeout: 0 }));
  }

  /** Messages in the queue, visible or not. */
  async depth(queueName: string): Promise<number> {
    return this.#count(queueName, ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed']);
  }

  async visible(queueName: string): Promise<number> {
    return this.#count(queueName, ['ApproximateNumberOfMessages']);
  }

  async #count(queueName: string, AttributeNames: QueueAttributeName[]): Promise<number> {
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url(queueName), AttributeNames }));
    return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  }

  close(): void {
    this.sqs.destroy();
  }
}

/** The local stack finds a queue by the end of its URL alone. */
export const url = (queueName: string): string => `http://sqs/000000000000/${queueName}`;
