import { paginateListTopics, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { AppError, toAppError } from '@manga-assist/foundation';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { refusalOfTopicMessage } from '../topic-rules.ts';
import { TopicPublisher, type TopicMessage } from '../topic-publisher.ts';
import { wasAnswered } from './sqs-errors.ts';

/** The first call and two more: a publication is repeated by whoever keeps it, not by a long wait here. */
const MOST_ATTEMPTS = 3;
/** However patient the caller: a topic that hangs must not hold up whoever has other things to tell. */
const ATTEMPT_TIMEOUT_MS = 3_000;
const CONNECTION_TIMEOUT_MS = 1_000;

class SnsTopicPublisher extends TopicPublisher {
  readonly #client: SNSClient;
  readonly #arns = new Map<string, string>();

  constructor(client: SNSClient) {
    super();
    this.#client = client;
  }

  async publish(topicName: string, message: TopicMessage, signal: AbortSignal): Promise<void> {
    const refusal = refusalOfTopicMessage(message);
    if (refusal) throw refusal;
    const attributes = Object.entries(message.attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
    try {
      const TopicArn = await this.#arnOf(topicName, signal);
      const command = new PublishCommand({ TopicArn, Message: message.body, MessageAttributes: Object.fromEntries(attributes) });
      await this.#client.send(command, { abortSignal: signal });
    } catch (error) {
      throw toTopicError(error, topicName, signal);
    }
  }

  async isReachable(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#client.send(new ListTopicsCommand({}), { abortSignal: signal });
      return true;
    } catch (error) {
      return wasAnswered(error);
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #arnOf(topicName: string, signal: AbortSignal): Promise<string> {
    if (topicName.startsWith('arn:')) return topicName;
    const known = this.#arns.get(topicName);
    if (known !== undefined) return known;
    // SNS cannot be asked for a topic by its name.
    for await (const { Topics = [] } of paginateListTopics({ client: this.#client }, {}, { abortSignal: signal })) {
      for (const { TopicArn = '' } of Topics) this.#arns.set(TopicArn.slice(TopicArn.lastIndexOf(':') + 1), TopicArn);
      const found = this.#arns.get(topicName);
      if (found !== undefined) return found;
    }
    throw unknownTopic(topicName);
  }
}

function unknownTopic(topicName: string, cause?: unknown): AppError {
  return new AppError('invalid', 'queues.unknown-topic', 'There is no such topic.', { cause, details: { topicName } });
}

function toTopicError(error: unknown, topicName: string, signal: AbortSignal): AppError {
  if (signal.aborted) return toAppError(signal.reason);
  const name = (error as { name?: unknown } | null)?.name;
  if (name === 'NotFoundException' || name === 'NotFound') return unknownTopic(topicName, error);
  const known = toAppError(error);
  // The caller's own time was not over: it was the topic that did not answer.
  if (known.kind !== 'bug' && known.kind !== 'timed-out') return known;
  return new AppError('unavailable', 'queues.topic-unavailable', 'The topic cannot be reached just now.', { cause: error, details: { topicName, snsError: String(name) } });
}

/**
 * Topics are named by their name, which needs `sns:ListTopics`, or by their ARN, which needs nothing.
 * A topic that does not answer is `queues.topic-unavailable` after three attempts.
 */
export function openSnsTopicPublisher({ attemptTimeoutMs = ATTEMPT_TIMEOUT_MS } = {}): TopicPublisher {
  const requestHandler = new NodeHttpHandler({ connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: attemptTimeoutMs, throwOnRequestTimeout: true });
  return new SnsTopicPublisher(new SNSClient({ maxAttempts: MOST_ATTEMPTS, requestHandler }));
}
