import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StoppedClock } from '@manga-assist/foundation/testing';
import type { JobEvent } from '@manga-assist/schemas/events';
import type { WebhookOutbox } from '../webhook-delivery.ts';
import type { WebhookEndpoints, WebhookOwner } from '../webhook-endpoint.ts';

/** Endpoints and the outbox over the same place, with the clock that both go by. */
export interface OpenedWebhooks {
  endpoints: WebhookEndpoints;
  outbox: WebhookOutbox;
  clock: StoppedClock;
}

export const SHOP = 'https://hooks.partner-shop.jp/manga';
const HOUR_MS = 3_600_000;
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

export const anOwner = (): WebhookOwner => ({ tenantId: 'tenant#1', subject: `user-${randomUUID()}` });

export function anEvent(more: Partial<JobEvent> = {}): JobEvent {
  const requestId = randomUUID();
  return {
    id: `evt_${requestId.replaceAll('-', '')}`,
    type: 'job.completed',
    timestamp: '2026-11-01T00:00:00.000Z',
    data: {
      request_id: requestId,
      status: 'completed',
      type: 'content_summary',
      priority: 'normal',
      created_at: 1_793_491_200,
      completed_at: 1_793_491_210,
      result_url: `/v1/manga/status/${requestId}`,
      result: { summary: '鬼滅の刃 👹' },
    },
    ...more,
  };
}

/** What every WebhookEndpoints promises. */
export function webhookEndpointsContract(open: () => Promise<OpenedWebhooks>): void {
  describe('as WebhookEndpoints', () => {
    let endpoints: WebhookEndpoints;
    let clock: StoppedClock;
    let close: () => Promise<void>;
    beforeEach(async () => {
      const opened = await open();
      ({ endpoints, clock } = opened);
      close = async () => void (await Promise.all([opened.endpoints.close(), opened.outbox.close()]));
    });
    afterEach(() => close());

    const registered = (owner: WebhookOwner, url = SHOP) => endpoints.register(owner, { url, eventTypes: [] }, signal());

    it('registers one, and shows its secret that once', async () => {
      const owner = anOwner();
      const { endpoint, secret } = await endpoints.register(owner, { url: SHOP, eventTypes: ['job.failed'] }, signal());

      expect(endpoint).toEqual({ endpointId: expect.stringMatching(/^whe_/), owner, url: SHOP, eventTypes: ['job.failed'], status: 'enabled', origin: 'registered', createdAtMs: clock.nowMs() });
      expect(secret).toMatch(/^whsec_/);
      expect(await endpoints.list(owner, signal())).toEqual([endpoint]);
      expect(await endpoints.get(owner, endpoint.endpointId, signal())).toEqual(endpoint);
    });

    it('gives each endpoint a secret of its own', async () => {
      const owner = anOwner();

      const secrets = new Set([await registered(owner), await registered(owner)].map(({ secret }) => secret));

      expect(secrets.size).toBe(2);
    });

    it('shows another’s endpoint as little as one that is not there', async () => {
      const [owner, other] = [anOwner(), anOwner()];
      const { endpoint } = await registered(owner);
      const { endpointId } = endpoint;

      expect(await endpoints.list(other, signal())).toEqual([]);
      expect(await endpoints.get(other, endpointId, signal())).toBeUndefined();
      expect(await endpoints.update(other, endpointId, { status: 'disabled' }, signal())).toBeUndefined();
      expect(await endpoints.rotateSecret(other, endpointId, signal())).toBeUndefined();
      expect(await endpoints.remove(other, endpointId, signal())).toBe(false);
      expect(await endpoints.list(owner, signal())).toEqual([endpoint]);
    });

    it('refuses an address that must not be called, and says why', async () => {
      const owner = anOwner();
      const { endpoint } = await registered(owner);
      const refusal = { kind: 'invalid', code: 'webhooks.url-refused', problems: [{ path: 'url', message: expect.stringMatching(/^must /) }] };

      await expect(registered(owner, 'https://169.254.169.254/')).rejects.toMatchObject(refusal);
      await expect(endpoints.forCallback(owner, 'http://hooks.partner-shop.jp/', signal())).rejects.toMatchObject(refusal);
      await expect(endpoints.update(owner, endpoint.endpointId, { url: 'https://localhost/' }, signal())).rejects.toMatchObject(refusal);
      expect(await endpoints.list(owner, signal())).toEqual([endpoint]);
    });

    it('keeps twenty of an owner, also when more are registered at once, and besides them those of callbacks', async () => {
      const owner = anOwner();
      await endpoints.forCallback(owner, 'https://callbacks.partner-shop.jp/', signal());
      for (let number = 0; number < 17; number++) await registered(owner);

      const results = await Promise.allSettled(Array.from({ length: 8 }, () => registered(owner)));

      const refusals = results.filter((result) => result.status === 'rejected');
      expect(refusals).toHaveLength(5);
      for (const { reason } of refusals) expect(reason).toMatchObject({ kind: 'invalid', code: 'webhooks.too-many-endpoints' });
      expect(await endpoints.list(owner, signal())).toHaveLength(21);
      expect((await endpoints.forCallback(owner, `${SHOP}/new`, signal())).endpoint).toMatchObject({ origin: 'callback' });
      expect((await endpoints.forCallback(owner, SHOP, signal())).endpoint).toMatchObject({ url: SHOP, origin: 'registered' });
    });

    it('makes one endpoint for all callbacks to a host, however many ask for it at once', async () => {
      const owner = anOwner();

      const found = await Promise.all(Array.from({ length: 20 }, (_, order) => endpoints.forCallback(owner, `${SHOP}/orders/${order}?of=today`, signal())));

      expect(new Set(found.map(({ endpoint }) => endpoint.endpointId)).size).toBe(1);
      expect(found[0]?.endpoint).toMatchObject({ url: new URL('/', SHOP).href, origin: 'callback', status: 'enabled', eventTypes: [] });
      expect(new Set(found.map(({ reference }) => reference)).size).toBe(20);
      expect(await endpoints.list(owner, signal())).toHaveLength(1);
      expect((await endpoints.forCallback(owner, 'https://other.partner-shop.jp/', signal())).endpoint.endpointId).not.toBe(found[0]?.endpoint.endpointId);
      expect((await endpoints.forCallback(anOwner(), SHOP, signal())).endpoint.endpointId).not.toBe(found[0]?.endpoint.endpointId);
    });

    it('finds the registered endpoint for a callback’s address, whatever its query', async () => {
      const owner = anOwner();
      const { endpoint } = await registered(owner);
      const { endpointId } = endpoint;

      expect(await endpoints.forCallback(owner, SHOP, signal())).toEqual({ endpoint, reference: endpointId });
      expect(await endpoints.forCallback(owner, SHOP.replace('https://hooks', 'HTTPS://Hooks'), signal())).toEqual({ endpoint, reference: endpointId });
      expect(await endpoints.forCallback(owner, `${SHOP}?order=123`, signal())).toMatchObject({ endpoint: { endpointId }, reference: expect.not.stringMatching(/^whe_\w+$/) });
      expect((await endpoints.forCallback(owner, `${SHOP}/123`, signal())).endpoint.endpointId).not.toBe(endpointId);
    });

    it('says of a callback’s endpoint that it is off', async () => {
      const owner = anOwner();
      const { endpoint } = await endpoints.forCallback(owner, SHOP, signal());
      await endpoints.update(owner, endpoint.endpointId, { status: 'disabled' }, signal());

      expect((await endpoints.forCallback(owner, `${SHOP}/2`, signal())).endpoint).toMatchObject({ endpointId: endpoint.endpointId, status: 'disabled', disabledBecause: 'owner' });
    });

    it('changes what it is told to and leaves the rest', async () => {
      const owner = anOwner();
      const { endpoint } = await registered(owner);
      const change = (what: Parameters<WebhookEndpoints['update']>[2]) => endpoints.update(owner, endpoint.endpointId, what, signal());

      expect(await change({ url: `${SHOP}/2` })).toEqual({ ...endpoint, url: `${SHOP}/2` });
      expect(await change({ eventTypes: ['batch.completed'] })).toEqual({ ...endpoint, url: `${SHOP}/2`, eventTypes: ['batch.completed'] });
      expect(await change({ status: 'disabled' })).toMatchObject({ status: 'disabled', disabledBecause: 'owner' });
      expect(await change({ status: 'enabled' })).toEqual({ ...endpoint, url: `${SHOP}/2`, eventTypes: ['batch.completed'] });
    });

    it('gives a new secret, and says for how long the old one signs too', async () => {
      const owner = anOwner();
      const { endpoint, secret } = await registered(owner);

      const rotated = await endpoints.rotateSecret(owner, endpoint.endpointId, signal());

      expect(rotated?.secret).toMatch(/^whsec_/);
      expect(rotated?.secret).not.toBe(secret);
      expect(rotated?.endpoint).toEqual({ ...endpoint, previousSecretUntilMs: clock.nowMs() + 24 * HOUR_MS });
      clock.advance(24 * HOUR_MS);
      expect(await endpoints.get(owner, endpoint.endpointId, signal())).toEqual(endpoint);
    });

    it('gives each of many at once a secret of its own when they rotate it', async () => {
      const owner = anOwner();
      const { endpoint } = await registered(owner);

      const rotated = await Promise.all(Array.from({ length: 5 }, () => endpoints.rotateSecret(owner, endpoint.endpointId, signal())));

      expect(new Set(rotated.map((one) => one?.secret)).size).toBe(5);
    });

    it('removes one, once', async () => {
      const owner = anOwner();
      const { endpoint } = await registered(owner);

      expect(await endpoints.remove(owner, endpoint.endpointId, signal())).toBe(true);
      expect(await endpoints.remove(owner, endpoint.endpointId, signal())).toBe(false);
      expect(await endpoints.list(owner, signal())).toEqual([]);
      expect((await endpoints.forCallback(owner, SHOP, signal())).endpoint.endpointId).not.toBe(endpoint.endpointId);
    });
  });
}
