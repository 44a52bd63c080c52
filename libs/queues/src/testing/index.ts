export { FixedQueueDepths } from './fixed-queue-depths.ts';
export { InMemoryDeadLetters } from './in-memory-dead-letters.ts';
export { RecordedQueueSender, type RecordedQueueSenderOptions } from './recorded-queue-sender.ts';
export { RecordedTopicPublisher } from './recorded-topic-publisher.ts';
