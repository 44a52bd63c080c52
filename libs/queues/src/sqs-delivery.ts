import { BaseRpcContext } from '@nestjs/microservices';
import type { Delivery } from './delivery.ts';

/** What `@Ctx()` gives a handler. */
export class SqsDelivery extends BaseRpcContext<[Delivery]> implements Delivery {
  readonly queueName: string;
  readonly messageId: string;
  readonly receiveCount: number;
  readonly sentAtMs: number;
  readonly groupId?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;

  constructor(delivery: Delivery) {
    super([delivery]);
    this.queueName = delivery.queueName;
    this.messageId = delivery.messageId;
    this.receiveCount = delivery.receiveCount;
    this.sentAtMs = delivery.sentAtMs;
    if (delivery.groupId !== undefined) this.groupId = delivery.groupId;
    this.attributes = delivery.attributes;
    this.signal = delivery.signal;
  }
}
