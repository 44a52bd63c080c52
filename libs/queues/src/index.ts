export { openSqsQueueDepths } from './aws/sqs-queue-depths.ts';
export { QueueDepths, type QueueDepth } from './queue-depths.ts';
