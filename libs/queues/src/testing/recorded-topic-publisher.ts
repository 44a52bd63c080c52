import { AppError } from '@manga-assist/foundation';
import { TopicPublisher, type TopicMessage } from '../topic-publisher.ts';
import { refusalOfTopicMessage } from '../topic-rules.ts';

/** Keeps what was published. */
export class RecordedTopicPublisher extends TopicPublisher {
  /** Oldest first. */
  readonly published: (TopicMessage & { topicName: string })[] = [];
  /** Nothing can be published while this is true. */
  isDown = false;
  readonly #topics: ReadonlySet<string> | undefined;

  /** The topics that exist; any, unless told. */
  constructor({ topics }: { topics?: readonly string[] } = {}) {
    super();
    this.#topics = topics && new Set(topics);
  }

  async publish(topicName: string, message: TopicMessage, signal: AbortSignal): Promise<void> {
    const refusal = refusalOfTopicMessage(message);
    if (refusal) throw refusal;
    if (signal.aborted) throw new AppError('cancelled', 'request.cancelled', 'The request was cancelled.');
    if (this.isDown) throw new AppError('unavailable', 'queues.topic-unavailable', 'The topic cannot be reached just now.');
    if (this.#topics?.has(topicName) === false) throw new AppError('invalid', 'queues.unknown-topic', 'There is no such topic.');
    this.published.push({ topicName, ...message });
  }

  async isReachable(): Promise<boolean> {
    return !this.isDown;
  }

  async close(): Promise<void> {}
}
