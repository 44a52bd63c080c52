export { openSqsQueueDepths } from './aws/sqs-queue-depths.ts';
export { DeadLetters, type DeadLetter, type DeadLetterFilter, type RedriveReport } from './dead-letters.ts';
export type { Delivery } from './delivery.ts';
export type { OutgoingMessage, SendOutcome } from './outgoing-message.ts';
export { QueueDepths, type QueueDepth } from './queue-depths.ts';
export { QueueSender } from './queue-sender.ts';
export { deadLetter, done, retryIn, type Settlement } from './settlement.ts';
export { TopicPublisher, type TopicMessage } from './topic-publisher.ts';
