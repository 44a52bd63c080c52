import type { Aws } from './aws.ts';

const RECEIVE = 'AmazonSQS.ReceiveMessage';

interface Received {
  Messages?: { ReceiptHandle: string }[];
}

/**
 * A long poll whose caller has gone still takes the next message off the queue in fauxqs, and the
 * message then stays hidden for the whole visibility timeout. This makes it visible again at once;
 * all that remains of it is a receive count one higher, as after any failed delivery.
 */
export function giveBackUnreadMessages(app: Aws): void {
  app.addHook('onSend', async (request, _reply, payload) => {
    if (request.headers['x-amz-target'] !== RECEIVE || !request.raw.socket.destroyed || typeof payload !== 'string') return payload;
    const { QueueUrl: queueUrl } = request.body as { QueueUrl: string };
    for (const { ReceiptHandle: receiptHandle } of (JSON.parse(payload) as Received).Messages ?? []) {
      await app.inject({
        method: 'POST',
        url: '/',
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ChangeMessageVisibility' },
        payload: JSON.stringify({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: 0 }),
      });
    }
    return payload;
  });
}
