import { describe, expect, it } from '@jest/globals';
import type { OutgoingMessage } from '../outgoing-message.ts';
import { aMessage, ORDERED, queueSenderContract, STANDARD } from './queue-sender.contract.ts';
import { RecordedQueueSender } from './recorded-queue-sender.ts';
import { RecordedTopicPublisher } from './recorded-topic-publisher.ts';
import { TOPIC, topicPublisherContract } from './topic-publisher.contract.ts';

const signal = AbortSignal.timeout(60_000);

describe('RecordedQueueSender', () => {
  queueSenderContract(async () => {
    const sender = new RecordedQueueSender({ queues: [STANDARD, ORDERED] });
    const received = async (queueName: string): Promise<OutgoingMessage[]> =>
      sender.sent.splice(0, Infinity, ...sender.sent.filter((message) => message.queueName !== queueName)).filter((message) => message.queueName === queueName);
    return { sender, received };
  });

  it('fails as a test wants it to', async () => {
    const sender = new RecordedQueueSender();
    sender.refuses = ({ body }) => body === aMessage(2).body;

    const some = await sender.sendMany([aMessage(1), aMessage(2)], signal);
    sender.isDown = true;
    const none = sender.sendMany([aMessage(1), aMessage(3)], signal);

    expect(some).toMatchObject([{ kind: 'sent' }, { kind: 'failed', code: 'queues.unavailable' }]);
    await expect(none).rejects.toMatchObject({ kind: 'unavailable', code: 'queues.unavailable' });
    expect(await sender.isReachable()).toBe(false);
  });
});

describe('RecordedTopicPublisher', () => {
  topicPublisherContract(async () => {
    const publisher = new RecordedTopicPublisher({ topics: [TOPIC] });
    return { publisher, received: async () => publisher.published.map(({ body, attributes }) => ({ body, attributes })) };
  });
});
