import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import type { JobEvent } from '@manga-assist/schemas/events';
import type { BatchAcceptedResponse, BatchStatusResponse, JobAcceptedResponse, JobStatusResponse, WebhookSecretResponse } from '@manga-assist/schemas/rest';
import { Webhook } from 'standardwebhooks';
import { startStack, type Stack } from './stack.ts';

jest.setTimeout(120_000);

const mangaIds = readFileSync(new URL('../../../tools/catalogue/data/series.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .slice(0, 10)
  .map((line) => (JSON.parse(line) as { manga_id: string }).manga_id);

/** A partner's receiver, which keeps what it is told. */
class Receiver {
  readonly received: { headers: IncomingHttpHeaders; body: string }[] = [];
  readonly #server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      this.received.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks/manga`;
  }

  /** The first webhook of a type, checked with the endpoint's secret as any receiver would. */
  async webhook(type: string, secret: string): Promise<JobEvent> {
    const found = await until(`a webhook ${type}`, () => this.received.find(({ body }) => (JSON.parse(body) as JobEvent).type === type), 60_000);
    return new Webhook(secret).verify(found.body, found.headers as Record<string, string>) as JobEvent;
  }

  close(): void {
    this.#server.close();
  }
}

const receiver = new Receiver();
let stack: Stack;
let hookUrl: string;

beforeAll(async () => {
  [stack, hookUrl] = await Promise.all([
    startStack({ BEDROCK_LOCAL_TTFT_MS: '0', BEDROCK_LOCAL_TOKENS_PER_SECOND: '0', WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8', SWEEP_INTERVAL_MS: '500' }),
    receiver.start(),
  ]);
});

afterAll(async () => {
  await stack?.stop();
  receiver.close();
});

async function ask<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(`${stack.restUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-api-key': 'local', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

const ended = (requestId: string): Promise<JobStatusResponse> =>
  until(`request ${requestId} to end`, async () => {
    const status = await ask<JobStatusResponse>('GET', `/v1/manga/status/${requestId}`);
    return ['queued', 'processing'].includes(status.status) ? undefined : status;
  }, 60_000);

describe('a partner’s batch', () => {
  it('is accepted, worked on, read item by item, and told of by a webhook that can be checked', async () => {
    const { secret } = await ask<WebhookSecretResponse>('POST', '/v1/webhooks/endpoints', { url: hookUrl, event_types: ['batch.completed'] });
    const items = [...mangaIds.map((manga_id) => ({ manga_id, analysis_type: 'genre_classification' })), { manga_id: 'MNG-00000000', analysis_type: 'content_summary' }];
    const key = { 'idempotency-key': randomUUID() };

    const accepted = await ask<BatchAcceptedResponse>('POST', '/v1/manga/batch', { items, priority: 'high' }, key);
    const again = await ask<BatchAcceptedResponse>('POST', '/v1/manga/batch', { items, priority: 'high' }, key);

    expect(accepted).toMatchObject({ item_count: 11 });
    expect(again).toEqual(accepted);
    const statuses = await Promise.all(accepted.request_ids.map(ended));
    expect(statuses.map(({ status }) => status)).toEqual([...mangaIds.map(() => 'completed'), 'failed']);
    expect(statuses.at(-1)?.reason).toMatchObject({ code: 'jobs.unknown-series' });
    for (const [index, status] of statuses.slice(0, -1).entries()) {
      expect(status).toMatchObject({ priority: 'high', batch_id: accepted.batch_id, attempts: 1, result: { manga_id: mangaIds[index] } });
      expect((status.result as { genre_tags: string[] }).genre_tags.length).toBeGreaterThan(0);
      expect(status.estimated_cost_usd).toBeGreaterThan(0);
    }

    const event = await receiver.webhook('batch.completed', secret);
    expect(event.data).toMatchObject({ batch_id: accepted.batch_id, item_count: 11, counts: { completed: 10, failed: 1, cancelled: 0, expired: 0 } });
    const batch = await ask<BatchStatusResponse>('GET', `/v1/manga/batches/${accepted.batch_id}`);
    expect(batch).toMatchObject({ status: 'completed', counts: { completed: 10, failed: 1, queued: 0, processing: 0 } });
    const sum = statuses.reduce((total, { estimated_cost_usd = 0 }) => total + estimated_cost_usd, 0);
    expect(batch.estimated_cost_usd).toBeCloseTo(sum, 9);
  });
});

describe('a partner’s request', () => {
  it('is answered later, at its own callback, with the words it came with', async () => {
    const { request_id } = await ask<JobAcceptedResponse>('POST', '/v1/manga/requests', {
      prompt: 'Recommend a manga about pirates.',
      model: 'haiku',
      max_tokens: 400,
      callback_url: hookUrl,
      metadata: { ticket: 'T-1' },
    });

    expect(await ended(request_id)).toMatchObject({ status: 'completed', type: 'prompt', model: 'haiku', metadata: { ticket: 'T-1' } });
    const told = await until('the callback', () => receiver.received.map(({ body }) => JSON.parse(body) as JobEvent).find(({ data }) => 'request_id' in data && data.request_id === request_id), 60_000);
    expect(told).toMatchObject({ type: 'job.completed', data: { metadata: { ticket: 'T-1' } } });
  });

  it('that takes long is cut into sections, and its progress can be read', async () => {
    const { request_id } = await ask<JobAcceptedResponse>('POST', '/v1/manga/requests', { type: 'heavy_analysis', input: { manga_id: mangaIds[0], focus: 'the art style' } });

    const status = await ended(request_id);

    expect(status).toMatchObject({ status: 'completed', progress: { done: 6, total: 6 } });
    expect((status.result as { sections: unknown[] }).sections).toHaveLength(6);
  });
});
