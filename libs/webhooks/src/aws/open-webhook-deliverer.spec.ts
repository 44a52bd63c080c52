import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { Webhook } from 'standardwebhooks';
import { openDynamoWebhookEndpoints, openDynamoWebhookOutbox, openWebhookDeliverer, type WebhookDeliverer, type WebhookDeliveryObserver } from '../index.ts';
import { anEvent } from '../testing/index.ts';

// Server and client share one busy core here.
const PATIENCE = { callTimeoutMs: 15_000 };
const TABLES = { table: 'manga-webhook-deliveries', endpointsTable: 'manga-webhook-endpoints' };
const OWNER = { tenantId: 'tenant', subject: 'subject' };
const policy = { ports: [443], allowedNetworks: ['127.0.0.0/8'] };
const secretKey = 'key';
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

/** A receiver that refuses each event the first time, and remembers what it took. */
async function startReceiver(): Promise<{ server: Server; url: string; requests: { headers: Record<string, string>; text: string }[] }> {
  const requests: { headers: Record<string, string>; text: string }[] = [];
  const server = createServer(async (request, answer) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const headers = request.headers as Record<string, string>;
    const isFirst = !requests.some((one) => one.headers['webhook-id'] === headers['webhook-id']);
    requests.push({ headers, text });
    answer.writeHead(isFirst && requests.length % 3 === 0 ? 500 : 204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, requests };
}

describe('deliverers over DynamoDB and real sockets', () => {
  let stack: LocalStack;
  const before = { ...process.env };
  beforeAll(async () => {
    stack = await startLocalStack();
    Object.assign(process.env, stack.env);
  });
  afterAll(async () => {
    await stack.close();
    process.env = before;
  });

  it('bring every event to its receiver, two of them side by side, and log what came of it', async () => {
    const { server, url, requests } = await startReceiver();
    const endpoints = openDynamoWebhookEndpoints({ table: TABLES.endpointsTable, secretKey, policy, ...PATIENCE });
    const outbox = openDynamoWebhookOutbox({ ...TABLES, ...PATIENCE, onDue: () => deliverers.forEach((deliverer) => deliverer.nudge()) });
    const outcomes: string[] = [];
    const observer: WebhookDeliveryObserver = {
      attempted: ({ outcome }) => outcomes.push(outcome),
      troubled: (error) => outcomes.push(error.code),
    };
    const deliverers: WebhookDeliverer[] = [1, 2].map(() => openWebhookDeliverer({ ...TABLES, ...PATIENCE, secretKey, policy, observer, idleMs: 1_000 }));
    const { endpoint, secret } = await endpoints.register(OWNER, { url, eventTypes: [] }, signal());
    const events = Array.from({ length: 12 }, () => anEvent());

    for (const deliverer of deliverers) deliverer.start();
    for (const event of events) await outbox.enqueue(OWNER, event, { endpointId: endpoint.endpointId }, signal());
    const delivered = async () => (await outbox.deliveries(OWNER, { limit: 100, status: 'delivered' }, signal())).deliveries;
    await until('all deliveries', async () => (await delivered()).length === events.length, 30_000);
    for (const deliverer of deliverers) await deliverer.drain(5_000);
    await Promise.all([...deliverers, endpoints, outbox].map((one) => one.close()));
    server.close();

    expect(new Set(requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(events.map(({ id }) => id)));
    for (const { headers, text } of requests) {
      const { data } = new Webhook(secret).verify(text, headers) as { data: { request_id: string } };
      expect(headers['webhook-id']).toBe(`evt_${data.request_id.replaceAll('-', '')}`);
    }
    const refused = requests.length - events.length;
    expect(refused).toBeGreaterThan(0);
    expect(outcomes.toSorted()).toEqual([...Array.from({ length: events.length }, () => 'delivered'), ...Array.from({ length: refused }, () => 'refused')]);
  }, 60_000);
});
