export { FixedQueueDepths } from './fixed-queue-depths.ts';
