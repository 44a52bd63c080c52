import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StoppedClock } from '@manga-assist/foundation/testing';
import type { WebhookDelivery, WebhookOutbox } from '../webhook-delivery.ts';
import type { WebhookEndpoint, WebhookEndpoints, WebhookOwner } from '../webhook-endpoint.ts';
import { anEvent, anOwner, SHOP, type OpenedWebhooks } from './webhook-endpoints.contract.ts';

const signal = (): AbortSignal => AbortSignal.timeout(20_000);
const at = (second: number): { timestamp: string } => ({ timestamp: new Date(Date.UTC(2026, 10, 1, 0, 0, second)).toISOString() });

/** What every WebhookOutbox promises. Nothing delivers while it is tested. */
export function webhookOutboxContract(open: () => Promise<OpenedWebhooks>): void {
  describe('as a WebhookOutbox', () => {
    let endpoints: WebhookEndpoints;
    let outbox: WebhookOutbox;
    let clock: StoppedClock;
    let owner: WebhookOwner;
    beforeEach(async () => {
      ({ endpoints, outbox, clock } = await open());
      owner = anOwner();
    });
    afterEach(async () => void (await Promise.all([endpoints.close(), outbox.close()])));

    const registered = async (eventTypes: WebhookEndpoint['eventTypes'] = []): Promise<string> =>
      (await endpoints.register(owner, { url: SHOP, eventTypes }, signal())).endpoint.endpointId;
    const all = async (query: Partial<Parameters<WebhookOutbox['deliveries']>[1]> = {}): Promise<readonly WebhookDelivery[]> =>
      (await outbox.deliveries(owner, { limit: 100, ...query }, signal())).deliveries;

    it('puts an event on its way to the one endpoint that is named', async () => {
      const endpointId = await registered(['job.failed']);
      await registered();
      const event = anEvent();

      await outbox.enqueue(owner, event, { endpointId }, signal());

      expect(await all()).toEqual([
        {
          deliveryId: expect.stringMatching(/^whd_[0-9A-Z]{26}$/),
          endpointId,
          owner,
          eventId: event.id,
          eventType: 'job.completed',
          status: 'pending',
          attempts: [],
          createdAtMs: clock.nowMs(),
          nextAttemptAtMs: clock.nowMs(),
        },
      ]);
    });

    it('puts an event on its way to a callback’s own address', async () => {
      const { endpoint, reference } = await endpoints.forCallback(owner, `${SHOP}/orders/1?of=today`, signal());

      await outbox.enqueue(owner, anEvent(), { endpointId: reference }, signal());

      expect(await all({ endpointId: endpoint.endpointId })).toMatchObject([{ endpointId: endpoint.endpointId, status: 'pending' }]);
      expect((await all())[0]).not.toHaveProperty('path');
    });

    it('puts an event on its way to all that want its type, and not to what a callback made', async () => {
      const [everything, completed] = [await registered(), await registered(['job.completed', 'job.failed'])];
      await registered(['batch.completed']);
      await endpoints.forCallback(owner, `${SHOP}/callback`, signal());

      await outbox.enqueue(owner, anEvent(), {}, signal());

      expect((await all()).map(({ endpointId }) => endpointId).toSorted()).toEqual([everything, completed].toSorted());
    });

    it('changes nothing when the same is put again, also at the same time', async () => {
      const endpointId = await registered();
      const event = anEvent();
      await Promise.all(Array.from({ length: 10 }, () => outbox.enqueue(owner, event, { endpointId }, signal())));
      const before = await all();
      clock.advance(60_000);

      await outbox.enqueue(owner, event, {}, signal());

      expect(before).toHaveLength(1);
      expect(await all()).toEqual(before);
    });

    it('leaves out endpoints that are off, removed or another’s', async () => {
      const [off, removed] = [await registered(), await registered()];
      await endpoints.update(owner, off, { status: 'disabled' }, signal());
      await endpoints.remove(owner, removed, signal());
      const { endpoint } = await endpoints.register(anOwner(), { url: SHOP, eventTypes: [] }, signal());

      for (const endpointId of [off, removed, endpoint.endpointId]) await outbox.enqueue(owner, anEvent(), { endpointId }, signal());
      await outbox.enqueue(owner, anEvent(), {}, signal());

      expect(await all()).toEqual([]);
    });

    it('lists the newest first, in pages', async () => {
      const endpointId = await registered();
      const events = Array.from({ length: 7 }, (_, second) => anEvent(at(second)));
      for (const event of events) await outbox.enqueue(owner, event, { endpointId }, signal());

      const first = await outbox.deliveries(owner, { limit: 3 }, signal());
      const second = await outbox.deliveries(owner, { limit: 3, before: first.next ?? '' }, signal());
      const third = await outbox.deliveries(owner, { limit: 3, before: second.next ?? '' }, signal());

      const pages = [first, second, third].map(({ deliveries }) => deliveries.map(({ eventId }) => eventId));
      expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
      expect(pages.flat()).toEqual(events.map(({ id }) => id).toReversed());
      expect(third.next).toBeUndefined();
      expect(first.next).toMatch(/^[\w-]{1,512}$/);
    });

    it('lists those of one endpoint, or in one state', async () => {
      const [one, other] = [await registered(), await registered()];
      await outbox.enqueue(owner, anEvent(), { endpointId: one }, signal());
      await outbox.enqueue(owner, anEvent(), { endpointId: other }, signal());

      expect((await all({ endpointId: one })).map(({ endpointId }) => endpointId)).toEqual([one]);
      expect(await all({ status: 'pending' })).toHaveLength(2);
      expect(await all({ status: 'delivered' })).toEqual([]);
      expect((await outbox.deliveries(anOwner(), { limit: 10 }, signal())).deliveries).toEqual([]);
    });

    it('redelivers at once, and only what is the owner’s', async () => {
      const endpointId = await registered();
      await outbox.enqueue(owner, anEvent(), { endpointId }, signal());
      const [before] = await all();
      clock.advance(60_000);

      const again = await outbox.redeliver(owner, before?.deliveryId ?? '', signal());

      expect(again).toEqual({ ...before, nextAttemptAtMs: clock.nowMs() });
      expect(await outbox.redeliver(anOwner(), before?.deliveryId ?? '', signal())).toBeUndefined();
      expect(await outbox.redeliver(owner, 'whd_none', signal())).toBeUndefined();
    });

    it('says that what was on its way to a removed endpoint is dropped', async () => {
      const endpointId = await registered();
      await outbox.enqueue(owner, anEvent(), { endpointId }, signal());
      const [before] = await all();
      await endpoints.remove(owner, endpointId, signal());

      const { nextAttemptAtMs: _, ...dropped } = { ...before, status: 'dropped' };
      expect(await all()).toEqual([dropped]);
      expect(await all({ status: 'pending' })).toEqual([]);
    });

    it('redelivers nothing to an endpoint that is off', async () => {
      const endpointId = await registered();
      await outbox.enqueue(owner, anEvent(), { endpointId }, signal());
      const [delivery] = await all();
      await endpoints.update(owner, endpointId, { status: 'disabled' }, signal());

      await expect(outbox.redeliver(owner, delivery?.deliveryId ?? '', signal())).rejects.toMatchObject({ kind: 'conflict', code: 'webhooks.endpoint-off' });
    });
  });
}
