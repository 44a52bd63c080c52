import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TopicMessage, TopicPublisher } from '../topic-publisher.ts';

export interface OpenedPublisher {
  publisher: TopicPublisher;
  /** What reached whoever listens to `TOPIC`, as it was published. */
  received(): Promise<readonly TopicMessage[]>;
}

export const TOPIC = 'fm-results';
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

/** What every TopicPublisher promises. The topic `TOPIC` exists. */
export function topicPublisherContract(open: () => Promise<OpenedPublisher>): void {
  describe('as a TopicPublisher', () => {
    let publisher: TopicPublisher;
    let received: OpenedPublisher['received'];

    beforeEach(async () => {
      ({ publisher, received } = await open());
    });
    afterEach(() => publisher.close());

    it('tells whoever listens, attributes and all', async () => {
      const message = { body: '{"job_id":"1","title":"進撃の巨人"}', attributes: { event: 'job.completed', tenant: 'store' } };

      await publisher.publish(TOPIC, message, signal());

      expect(await received()).toEqual([message]);
    });

    it('refuses what a topic cannot carry', async () => {
      const refused = (message: TopicMessage) => publisher.publish(TOPIC, message, signal()).catch((error: unknown) => error);

      expect(await refused({ body: 'x'.repeat(262_145), attributes: {} })).toMatchObject({ kind: 'invalid', code: 'queues.message-too-large' });
      expect(await refused({ body: '{}', attributes: { event: '' } })).toMatchObject({ code: 'queues.invalid-message', problems: [{ path: 'attributes.event' }] });
      expect(await received()).toEqual([]);
    });

    it('says that there is no such topic', async () => {
      const publishing = publisher.publish('nobody-made-this', { body: '{}', attributes: {} }, signal());

      await expect(publishing).rejects.toMatchObject({ kind: 'invalid', code: 'queues.unknown-topic' });
    });

    it('ends with the signal of its caller', async () => {
      const publishing = publisher.publish(TOPIC, { body: '{}', attributes: {} }, AbortSignal.abort());

      await expect(publishing).rejects.toMatchObject({ kind: 'cancelled' });
    });

    it('can be reached', async () => {
      expect(await publisher.isReachable(signal())).toBe(true);
    });
  });
}
