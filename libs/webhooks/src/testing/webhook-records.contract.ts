import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NEW_HEALTH } from '../delivering/endpoint-pace.ts';
import { DUE_SHARDS, dueShard, type DeliveryRecord, type DeliveryRecords } from '../records/delivery-records.ts';
import type { EndpointRecord, EndpointRecords } from '../records/endpoint-records.ts';
import type { WebhookOwner } from '../webhook-endpoint.ts';

export interface OpenedRecords {
  endpoints: EndpointRecords;
  deliveries: DeliveryRecords;
}

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 1);
const signal = (): AbortSignal => AbortSignal.timeout(20_000);
const { version: _, ...HEALTH } = NEW_HEALTH;

/** What every place for endpoints and deliveries promises to deliverers. Its time is `NOW_MS`. */
export function webhookRecordsContract(open: () => Promise<OpenedRecords>): void {
  describe('as records of webhooks', () => {
    let records: OpenedRecords;
    let owner: WebhookOwner;
    beforeEach(async () => {
      records = await open();
      owner = { tenantId: 'tenant', subject: randomUUID() };
    });
    afterEach(async () => void (await Promise.all([records.endpoints.close(), records.deliveries.close()])));

    const anEndpoint = (): EndpointRecord => ({
      endpointId: `whe_${randomUUID()}`,
      url: 'https://hooks.partner-shop.jp/',
      eventTypes: ['job.failed'],
      status: 'enabled',
      createdAtMs: NOW_MS,
      origin: 'registered',
      secret: 'v1.sealed',
      previousSecrets: [{ secret: 'v1.older', untilMs: NOW_MS + DAY_MS }],
    });
    const aDelivery = (more: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
      deliveryId: `whd_${randomUUID()}`,
      endpointId: 'whe_1',
      owner,
      eventId: 'evt_1',
      eventType: 'job.completed',
      status: 'pending',
      attempts: [{ atMs: NOW_MS, durationMs: 12, httpStatus: 500, outcome: 'refused' }],
      createdAtMs: NOW_MS,
      nextAttemptAtMs: NOW_MS,
      version: 1,
      body: '{"title":"鬼滅の刃"}',
      step: 1,
      dueAtMs: NOW_MS,
      expiresAtMs: NOW_MS + DAY_MS,
      ...more,
    });
    /** Of this test alone: other tests’ are due there too. */
    const due = async (nowMs: number): Promise<DeliveryRecord[]> => {
      const parts = await Promise.all(Array.from({ length: DUE_SHARDS }, (_part, shard) => records.deliveries.due(shard, nowMs, 1_000, signal())));
      for (const [shard, part] of parts.entries()) for (const { deliveryId } of part) expect(dueShard(deliveryId)).toBe(shard);
      return parts.flat().filter((record) => record.owner.subject === owner.subject);
    };

    it('keep an owner’s endpoints as they are written, one version after the other', async () => {
      const { endpoints } = records;
      const made = [anEndpoint(), anEndpoint()];
      expect(await endpoints.read(owner, signal())).toEqual({ version: 0, endpoints: [], health: new Map() });

      expect(await endpoints.write(owner, made, 0, signal())).toBe(true);
      expect(await endpoints.write(owner, [], 0, signal())).toBe(false);
      expect(await endpoints.read(owner, signal())).toEqual({ version: 1, endpoints: made, health: new Map() });

      expect(await endpoints.write(owner, [], 1, signal())).toBe(true);
      expect(await endpoints.read(owner, signal())).toMatchObject({ version: 2, endpoints: [] });
    });

    it('let one of many writers of a version win', async () => {
      const wins = await Promise.all(Array.from({ length: 10 }, () => records.endpoints.write(owner, [anEndpoint()], 0, signal())));

      expect(wins.filter(Boolean)).toHaveLength(1);
    });

    it('keep an endpoint’s health beside it, by versions of its own', async () => {
      const { endpoints } = records;
      const health = { ...HEALTH, failingSinceMs: NOW_MS, hasTaken: true as const };

      expect(await endpoints.writeHealth(owner, 'whe_1', HEALTH, 0, signal())).toBe(true);
      expect(await endpoints.writeHealth(owner, 'whe_1', health, 0, signal())).toBe(false);
      expect(await endpoints.writeHealth(owner, 'whe_1', health, 1, signal())).toBe(true);
      expect(await endpoints.read(owner, signal())).toEqual({ version: 0, endpoints: [], health: new Map([['whe_1', { ...health, version: 2 }]]) });

      await endpoints.removeHealth(owner, 'whe_1', signal());
      expect(await endpoints.writeHealth(owner, 'whe_1', HEALTH, 2, signal())).toBe(false);
      expect((await endpoints.read(owner, signal())).health.size).toBe(0);
    });

    it('give back a delivery as it was put, and put it once', async () => {
      const delivery = aDelivery();

      await records.deliveries.put(delivery, signal());
      await records.deliveries.put({ ...delivery, body: '{}' }, signal());

      expect(await records.deliveries.get(owner, delivery.deliveryId, signal())).toEqual(delivery);
      expect(await records.deliveries.get({ ...owner, subject: 'other' }, delivery.deliveryId, signal())).toBeUndefined();
    });

    it('give what is due, earliest first, each in its part', async () => {
      const later = aDelivery({ dueAtMs: NOW_MS + 5_000 });
      const [second, first] = [aDelivery({ dueAtMs: NOW_MS - 1 }), aDelivery({ dueAtMs: NOW_MS - 5_000 })];
      for (const delivery of [later, second, first]) await records.deliveries.put(delivery, signal());

      expect((await due(NOW_MS)).toSorted((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0))).toEqual([first, second]);
      expect(await due(NOW_MS + 5_000)).toHaveLength(3);
    });

    it('let one of many claim what is due, after which it is due when the claim ends', async () => {
      const delivery = aDelivery();
      await records.deliveries.put(delivery, signal());

      const claims = await Promise.all(Array.from({ length: 10 }, () => records.deliveries.replace({ ...delivery, dueAtMs: NOW_MS + 30_000 }, signal())));

      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await due(NOW_MS)).toEqual([]);
      expect(await due(NOW_MS + 30_000)).toEqual([{ ...delivery, version: 2, dueAtMs: NOW_MS + 30_000 }]);
    });

    it('never give again what is done', async () => {
      const { dueAtMs: _due, nextAttemptAtMs: _next, ...done } = aDelivery({ status: 'delivered' });
      await records.deliveries.put(aDelivery({ deliveryId: done.deliveryId }), signal());

      expect(await records.deliveries.replace(done, signal())).toBe(true);

      expect(await due(NOW_MS + 365 * DAY_MS)).toEqual([]);
      expect(await records.deliveries.get(owner, done.deliveryId, signal())).toEqual({ ...done, version: 2 });
    });
  });
}
