import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JobAcceptedResponse } from '@manga-assist/schemas/rest';
import { RestApiUnderTest } from '../testing/rest-api-under-test.ts';

const OWNER = { tenantId: 'store', subject: 'demo-customer-1' };
const { signal } = new AbortController();

let api: RestApiUnderTest;
beforeEach(async () => void (api = await new RestApiUnderTest().start()));
afterEach(() => api.close());

const submit = (callback_url: string) => api.call<JobAcceptedResponse>('POST', '/v1/manga/requests', { prompt: 'a', callback_url });

describe('a request’s callback', () => {
  it('may be another address for each request: they share an endpoint, and a secret', async () => {
    const answers = [];
    for (let order = 0; order < 30; order++) answers.push(await submit(`https://partner.example.com/orders/${order}?of=${order}`));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.webhook_endpoint_id)).size).toBe(1);
    expect(await api.webhooks.endpoints.list(OWNER, signal)).toMatchObject([{ url: 'https://partner.example.com/', origin: 'callback' }]);
  });

  it('is its registered endpoint’s business when only the query differs', async () => {
    const { endpoint } = await api.webhooks.endpoints.register(OWNER, { url: 'https://partner.example.com/hook', eventTypes: [] }, signal);

    expect((await submit('https://partner.example.com/hook?order=123')).body.webhook_endpoint_id).toBe(endpoint.endpointId);
  });

  it('is refused while its endpoint is off, because nobody would be told', async () => {
    const { body } = await submit('https://partner.example.com/hook');
    await api.webhooks.endpoints.update(OWNER, body.webhook_endpoint_id ?? '', { status: 'disabled' }, signal);

    const refused = await submit('https://partner.example.com/hook/2');

    expect(refused).toMatchObject({ status: 409, body: { details: [{ path: 'callback_url', message: expect.stringContaining(body.webhook_endpoint_id ?? 'an id') }] } });
    expect(refused.text).toContain('webhooks.callback-off');
    await api.webhooks.endpoints.update(OWNER, body.webhook_endpoint_id ?? '', { status: 'enabled' }, signal);
    expect((await submit('https://partner.example.com/hook/2')).status).toBe(202);
  });
});
