import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anEvent } from '@manga-assist/webhooks/testing';
import type { WebhookDeliveriesResponse, WebhookDeliveryResponse, WebhookEndpointResponse, WebhookSecretResponse } from '@manga-assist/schemas/rest';
import { RestApiUnderTest } from '../testing/rest-api-under-test.ts';

const OWNER = { tenantId: 'store', subject: 'demo-customer-1' };
const URL_OF_PARTNER = 'https://partner.example.com/hooks';
const { signal } = new AbortController();

let api: RestApiUnderTest;

beforeEach(async () => void (api = await new RestApiUnderTest().start()));
afterEach(() => api.close());

const register = (body: object = { url: URL_OF_PARTNER }) => api.call<WebhookSecretResponse>('POST', '/v1/webhooks/endpoints', body);

describe('webhook endpoints', () => {
  it('are registered with a secret that is shown once', async () => {
    const { status, body } = await register({ url: URL_OF_PARTNER, event_types: ['batch.completed'] });

    expect(status).toBe(201);
    expect(body).toMatchObject({ url: URL_OF_PARTNER, event_types: ['batch.completed'], status: 'enabled', origin: 'registered', secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) });
    const listed = await api.call<{ endpoints: WebhookEndpointResponse[] }>('GET', '/v1/webhooks/endpoints');
    expect(listed.body.endpoints).toHaveLength(1);
    expect(listed.text).not.toContain('whsec_');
  });

  it('are registered once, and given one new secret, however often a request with its Idempotency-Key is sent', async () => {
    const headers = { 'idempotency-key': 'set-up' };
    const post = (path: string, body?: object) => api.call<WebhookSecretResponse>('POST', path, body, { headers });

    const one = await post('/v1/webhooks/endpoints', { url: URL_OF_PARTNER });
    const again = await post('/v1/webhooks/endpoints', { url: URL_OF_PARTNER });
    const path = `/v1/webhooks/endpoints/${one.body.endpoint_id}/rotate-secret`;
    const rotated = await post(path);
    const rotatedAgain = await post(path);

    expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([one.text, 'true']);
    expect([rotatedAgain.text, rotatedAgain.headers.get('idempotency-replayed')]).toEqual([rotated.text, 'true']);
    expect(rotated.body.secret).not.toBe(one.body.secret);
    expect(await api.webhooks.endpoints.list(OWNER, signal)).toHaveLength(1);
  });

  it('are changed, switched off, given a new secret and removed', async () => {
    const { body } = await register();
    const path = `/v1/webhooks/endpoints/${body.endpoint_id}`;

    expect((await api.call('PATCH', path, { event_types: ['job.failed'], status: 'disabled' })).body).toMatchObject({ event_types: ['job.failed'], status: 'disabled', disabled_because: 'owner' });
    const rotated = await api.call<WebhookSecretResponse>('POST', `${path}/rotate-secret`);
    expect(rotated.body.secret).not.toBe(body.secret);
    expect(rotated.body.previous_secret_until).toBeGreaterThan(Date.now() / 1_000 + 23 * 3_600);
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('GET', path)).status).toBe(404);
  });

  it('are nobody else’s', async () => {
    const { body } = await register();
    const path = `/v1/webhooks/endpoints/${body.endpoint_id}`;
    const as = { key: 'neighbour' };

    const answers = await Promise.all([
      api.call('GET', path, undefined, as),
      api.call('PATCH', path, { status: 'disabled' }, as),
      api.call('POST', `${path}/rotate-secret`, undefined, as),
      api.call('DELETE', path, undefined, as),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await api.call('GET', path)).body).toMatchObject({ status: 'enabled' });
  });

  it.each([
    ['no address', {}],
    ['http', { url: 'http://partner.example.com/' }],
    ['an address of this machine', { url: 'https://127.0.0.1/' }],
    ['a name that is resolved inside', { url: 'https://metadata.internal/' }],
    ['an unknown event', { url: URL_OF_PARTNER, event_types: ['job.begun'] }],
  ])('are refused with %s', async (_what, body) => {
    expect((await register(body)).status).toBe(400);
  });
});

describe('webhook deliveries', () => {
  const list = (query = '') => api.call<WebhookDeliveriesResponse>('GET', `/v1/webhooks/deliveries${query}`);

  it('are listed, newest first, a page at a time', async () => {
    const { body: endpoint } = await register();
    for (let index = 0; index < 3; index++) await api.webhooks.outbox.enqueue(OWNER, { ...anEvent(), id: `evt_${String(index).padStart(32, '0')}` }, {}, signal);

    const first = await list('?limit=2');
    const second = await list(`?limit=2&before=${first.body.next}`);

    expect([first.body.deliveries.length, second.body.deliveries.length, second.body.next]).toEqual([2, 1, undefined]);
    expect(first.body.deliveries[0]).toMatchObject({ endpoint_id: endpoint.endpoint_id, status: 'pending', attempts: [] });
    expect((await list(`?endpoint_id=${endpoint.endpoint_id}&status=delivered`)).body.deliveries).toEqual([]);
  });

  it('are sent again when asked for, by their owner', async () => {
    await register();
    await api.webhooks.outbox.enqueue(OWNER, anEvent(), {}, signal);
    const delivery = (await list()).body.deliveries[0];
    const path = `/v1/webhooks/deliveries/${delivery?.delivery_id}/redeliver`;

    expect(await api.call<WebhookDeliveryResponse>('POST', path)).toMatchObject({ status: 202, body: { event_id: delivery?.event_id, status: 'pending' } });
    expect((await api.call('POST', path, undefined, { key: 'neighbour' })).status).toBe(404);
  });

  it.each(['?limit=0', '?limit=101', '?limit=x', '?status=lost', '?page=2', '?limit=1&limit=2', '?before=%00'])('refuse the query %s', async (query) => {
    expect((await list(query)).status).toBe(400);
  });
});
