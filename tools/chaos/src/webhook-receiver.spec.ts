import { afterEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { WebhookReceiver } from './webhook-receiver.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
let receiver: WebhookReceiver | undefined;
afterEach(() => receiver?.close());

/** A receiver of one tenant, and what it answers to bodies. */
async function listening(refuses?: (webhookId: string) => boolean): Promise<{ receiver: WebhookReceiver; tell(body: string, secret?: string): Promise<number> }> {
  const opened = (receiver = new WebhookReceiver(refuses));
  await opened.listen();
  opened.expect('store', SECRET);
  return {
    receiver: opened,
    tell: async (body, secret = SECRET) => {
      const now = new Date();
      const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)), 'webhook-signature': new Webhook(secret).sign('evt_1', now, body) };
      return (await fetch(opened.urlFor('store'), { method: 'POST', headers, body })).status;
    },
  };
}

const event = (text: string): string => JSON.stringify({ type: 'job.completed', data: { request_id: 'job-1', text } });

describe('the receiver of webhooks', () => {
  it('takes what is signed, every time', async () => {
    const { receiver, tell } = await listening();

    expect([await tell(event('')), await tell(event(''))]).toEqual([204, 204]);
    expect([receiver.received.length, receiver.isTold('job-1'), receiver.unsigned]).toEqual([2, true, 0]);
  });

  it('takes nothing that is signed by somebody else, or longer than the standard’s bytes', async () => {
    const { receiver, tell } = await listening();

    expect(await tell(event(''), `whsec_${Buffer.alloc(24, 8).toString('base64')}`)).toBe(400);
    expect(await tell(event('漫'.repeat(6_700)))).toBe(400);
    expect([receiver.received.length, receiver.unsigned]).toEqual([0, 2]);
  });

  it('refuses for the moment what it is told to refuse', async () => {
    const { receiver, tell } = await listening(() => true);

    expect([await tell(event('')), await tell(event(''))]).toEqual([503, 204]);
    expect([receiver.received.length, receiver.refused]).toEqual([1, 1]);
  });
});
