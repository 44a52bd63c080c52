import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MOST_MESSAGE_BYTES } from '../message-rules.ts';
import type { OutgoingMessage } from '../outgoing-message.ts';
import type { QueueSender } from '../queue-sender.ts';

export interface OpenedSender {
  sender: QueueSender;
  /** Takes out and gives what lies in the queue. */
  received(queueName: string): Promise<readonly OutgoingMessage[]>;
}

export const STANDARD = 'manga-fm-normal';
export const ORDERED = 'manga-fm-ordered.fifo';
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

export const aMessage = (number: number, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  queueName: STANDARD,
  pattern: 'job.run',
  body: JSON.stringify({ number }),
  ...more,
});

const inGroup = (groupId: string, number: number): OutgoingMessage =>
  aMessage(number, { queueName: ORDERED, groupId, deduplicationId: `${groupId}-${number}` });

/** What every QueueSender promises. The queues of `STANDARD` and `ORDERED` exist and are empty. */
export function queueSenderContract(open: () => Promise<OpenedSender>): void {
  describe('as a QueueSender', () => {
    let sender: QueueSender;
    let received: OpenedSender['received'];

    beforeEach(async () => {
      ({ sender, received } = await open());
    });
    afterEach(() => sender.close());

    it('sends a message with its pattern, attributes and group as they are', async () => {
      const message = aMessage(1, { body: '{"title":"鬼滅の刃 🗡"}', attributes: { TraceId: 'trace-1', Priority: 'high' }, groupId: 'tenant-a' });

      const { messageId } = await sender.send(message, signal());

      expect(messageId).not.toBe('');
      expect(await received(STANDARD)).toEqual([message]);
    });

    it('sends many, of several queues, each with its own id', async () => {
      const group = randomUUID();
      const messages = [...Array.from({ length: 23 }, (_, number) => aMessage(number)), inGroup(group, 1), inGroup(group, 2)];

      const outcomes = await sender.sendMany(messages, signal());

      expect(new Set(outcomes.map((outcome) => outcome.kind === 'sent' && outcome.messageId)).size).toBe(25);
      expect((await received(STANDARD)).map(({ body }) => body).toSorted()).toEqual(messages.slice(0, 23).map(({ body }) => body).toSorted());
      expect((await received(ORDERED)).map(({ body }) => body)).toEqual(['{"number":1}', '{"number":2}']);
    });

    it('keeps a group in its order over many calls', async () => {
      const group = randomUUID();

      await sender.sendMany(Array.from({ length: 25 }, (_, number) => inGroup(group, number)), signal());

      expect((await received(ORDERED)).map(({ body }) => body)).toEqual(Array.from({ length: 25 }, (_, number) => `{"number":${number}}`));
    });

    it('delivers once what carries the same deduplication id', async () => {
      const message = inGroup(randomUUID(), 1);

      const first = await sender.send(message, signal());
      const again = await sender.send(message, signal());

      expect(again).toEqual(first);
      expect(await received(ORDERED)).toHaveLength(1);
    });

    it('takes nothing to be nothing', async () => {
      expect(await sender.sendMany([], signal())).toEqual([]);
    });

    it('refuses what no queue can carry, and says why', async () => {
      const refused = (more: Partial<OutgoingMessage>) => sender.send(aMessage(1, more), signal()).catch((error: unknown) => error);
      const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, number) => [`a${number}`, 'x']));

      expect(await refused({ body: 'x'.repeat(MOST_MESSAGE_BYTES) })).toMatchObject({ kind: 'invalid', code: 'queues.message-too-large' });
      for (const [path, more] of Object.entries({
        body: { body: 'a\u{FFFF}b' },
        attributes: { attributes: eleven },
        'attributes.Empty': { attributes: { Empty: '' } },
        delayMs: { delayMs: 900_001 },
        groupId: { queueName: ORDERED, deduplicationId: 'id' },
        deduplicationId: { deduplicationId: 'id' },
      })) {
        expect(await refused(more)).toMatchObject({ kind: 'invalid', code: 'queues.invalid-message', problems: [{ path }] });
      }
      expect(await received(STANDARD)).toEqual([]);
    });

    it('sends the good ones of many when others cannot be sent', async () => {
      const outcomes = await sender.sendMany([aMessage(1), aMessage(2, { body: '\u{FFFE}' }), aMessage(3)], signal());

      expect(outcomes).toMatchObject([{ kind: 'sent' }, { kind: 'failed', code: 'queues.invalid-message' }, { kind: 'sent' }]);
      expect(await received(STANDARD)).toHaveLength(2);
    });

    it('says that there is no such queue', async () => {
      const lost = aMessage(1, { queueName: 'nobody-made-this' });

      await expect(sender.send(lost, signal())).rejects.toMatchObject({ kind: 'invalid', code: 'queues.unknown-queue' });
      expect(await sender.sendMany([lost, aMessage(2)], signal())).toMatchObject([{ kind: 'failed', code: 'queues.unknown-queue' }, { kind: 'sent' }]);
      expect(await received(STANDARD)).toEqual([aMessage(2)]);
    });

    it('ends with the signal of its caller', async () => {
      await expect(sender.send(aMessage(1), AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
      await expect(sender.sendMany([aMessage(1)], AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
      expect(await received(STANDARD)).toEqual([]);
    });

    it('can be reached', async () => {
      expect(await sender.isReachable(signal())).toBe(true);
    });
  });
}
