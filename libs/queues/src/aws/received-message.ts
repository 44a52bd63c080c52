import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';

/** A message as SQS gave it to us. */
export interface ReceivedMessage {
  messageId: string;
  /** What this delivery is deleted or given back by. */
  receiptHandle: string;
  body: string;
  /** As they came, numbers and bytes too: what moves a message changes nothing of it. */
  rawAttributes: Readonly<Record<string, MessageAttributeValue>>;
  receiveCount: number;
  /** Milliseconds since the epoch. */
  sentAtMs: number;
  groupId?: string;
  /** Where SQS itself took it from, in a dead-letter queue. */
  deadLetterSourceArn?: string;
}

export function toReceivedMessage({ MessageId = '', ReceiptHandle = '', Body = '', MessageAttributes = {}, Attributes = {} }: Message): ReceivedMessage {
  const { MessageGroupId: groupId, DeadLetterQueueSourceArn: deadLetterSourceArn } = Attributes;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    rawAttributes: MessageAttributes,
    receiveCount: Number(Attributes.ApproximateReceiveCount ?? 1),
    sentAtMs: Number(Attributes.SentTimestamp ?? 0),
    ...(groupId !== undefined && { groupId }),
    ...(deadLetterSourceArn !== undefined && { deadLetterSourceArn }),
  };
}

/** Those attributes that are text. */
export function textAttributes(raw: ReceivedMessage['rawAttributes']): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, { StringValue }] of Object.entries(raw)) if (StringValue !== undefined) texts[name] = StringValue;
  return texts;
}

export const textAttribute = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });
