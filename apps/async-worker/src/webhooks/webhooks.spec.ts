import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ScriptedLanguageModel } from '@manga-assist/bedrock/testing';
import { until } from '@manga-assist/foundation/testing';
import { openDynamoWebhookEndpoints, PUBLIC_ONLY, type WebhookEndpoints } from '@manga-assist/webhooks';
import { Webhook } from 'standardwebhooks';
import { LocalWorld } from '../testing/local-world.ts';
import { SHELF } from '../testing/shelf.ts';

jest.setTimeout(60_000);

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const received: Received[] = [];
const receiver = createServer((request, response) => {
  void text(request).then((body) => {
    received.push({ path: request.url ?? '', headers: request.headers, body });
    response.writeHead(204).end();
  });
});
const here = { allowedNetworks: ['127.0.0.0/8'] };

let world: LocalWorld;
let endpoints: WebhookEndpoints;
let url: string;

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  world = await LocalWorld.start(process.env);
  endpoints = openDynamoWebhookEndpoints({ table: 'manga-webhook-endpoints', secretKey: 'local', policy: { ...PUBLIC_ONLY, ...here } });
  const summary = { summary: 'A story.', summary_japanese: '物語。', tone: [] };
  const model = new ScriptedLanguageModel(({ outputSchema }) => (outputSchema ? JSON.stringify(summary) : 'Arr.'));
  await world.worker({ webhookAllowedNetworks: here.allowedNetworks }, model);
});

afterAll(async () => {
  await endpoints.close();
  await world.close();
  receiver.close();
});

const receivedAt = (path: string): Promise<Received> => until(`a webhook at ${path}`, () => received.find((one) => one.path === path));

describe('a webhook', () => {
  it('tells of a job’s end, signed so that the receiver can check it', async () => {
    const owner = { tenantId: 'store', subject: 'partner-1' };
    const { secret } = await endpoints.register(owner, { url: `${url}/registered`, eventTypes: [] }, world.signal);

    const order = await world.submit('prompt', { prompt: 'Hello?' }, { owner, metadata: { ticket: 'T-1' } });

    const { headers, body } = await receivedAt('/registered');
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'job.completed',
      data: { request_id: order.jobId, status: 'completed', result: { response: 'Arr.' }, metadata: { ticket: 'T-1' } },
    });
    expect(body).not.toMatch(/partner-1|tenant/);
  });

  it('goes to the request’s own callback, and to nobody else', async () => {
    const owner = { tenantId: 'store', subject: 'partner-2' };
    await endpoints.register(owner, { url: `${url}/not-this`, eventTypes: [] }, world.signal);
    const { reference } = await endpoints.forCallback(owner, `${url}/callback?order=1`, world.signal);

    const order = await world.submit('prompt', { prompt: 'Hello?' }, { owner, webhookEndpointId: reference });

    expect(JSON.parse((await receivedAt('/callback?order=1')).body)).toMatchObject({ data: { request_id: order.jobId } });
    await world.finished(order);
    expect(received.filter(({ path }) => path === '/not-this')).toEqual([]);
  });

  it('tells of a batch once, when it has ended, and of none of its jobs', async () => {
    const owner = { tenantId: 'store', subject: 'partner-3' };
    const { secret } = await endpoints.register(owner, { url: `${url}/batch`, eventTypes: [] }, world.signal);
    const items = [...Object.values(SHELF).map(({ mangaId }) => mangaId), 'MNG-NOSUCHID'].map((manga_id) => ({ manga_id, analysis_type: 'content_summary' as const }));

    const batch = await world.submitBatch(items, { owner });

    expect(await world.finishedBatch(batch)).toMatchObject({ status: 'completed', usage: { inputTokens: 40 } });
    const { headers, body } = await receivedAt('/batch');
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'batch.completed',
      data: { batch_id: batch.batchId, item_count: 5, counts: { completed: 4, failed: 1, cancelled: 0, expired: 0 } },
    });
    expect(received.filter(({ path }) => path === '/batch')).toHaveLength(1);
  });
});
