import { AppError } from '@manga-assist/foundation';
import { QueueDepths, type QueueDepth } from '../queue-depths.ts';

/** Depths that a test sets; queues it does not name do not exist. */
export class FixedQueueDepths extends QueueDepths {
  readonly #depths: ReadonlyMap<string, QueueDepth>;

  constructor(depths: readonly QueueDepth[]) {
    super();
    this.#depths = new Map(depths.map((depth) => [depth.queueName, depth]));
  }

  async of(queueName: string): Promise<QueueDepth> {
    const depth = this.#depths.get(queueName);
    if (depth === undefined) throw new AppError('invalid', 'queues.unknown-queue', 'There is no such queue.');
    return depth;
  }

  async close(): Promise<void> {}
}
