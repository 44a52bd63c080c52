export interface TopicMessage {
  /** JSON text, at most 256 KiB. */
  body: string;
  /** For filter policies of subscriptions. */
  attributes: Readonly<Record<string, string>>;
}

/** Tells everybody who listens to a topic. Errors: `unavailable` `queues.topic-unavailable`; `timed-out` and `cancelled` by the signal. */
export abstract class TopicPublisher {
  abstract publish(topicName: string, message: TopicMessage, signal: AbortSignal): Promise<void>;
  abstract isReachable(signal: AbortSignal): Promise<boolean>;
  abstract close(): Promise<void>;
}
