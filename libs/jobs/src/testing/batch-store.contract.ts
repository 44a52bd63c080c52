import { beforeEach, describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import type { TerminalJobStatus } from '@manga-assist/schemas/jobs';
import type { Batch, BatchOrder, BatchStore, DueBatch } from '../batch-store.ts';
import { RETENTION_SECONDS } from '../job-rules.ts';
import { aBatch } from './a-job.ts';

/** What every BatchStore promises. */
export function batchStoreContract(open: (clock: StoppedClock) => BatchStore): void {
  describe('as a BatchStore', () => {
    let clock: StoppedClock;
    let store: BatchStore;

    const signal = () => AbortSignal.timeout(20_000);
    const have = async (count: number, fields: Partial<BatchOrder> = {}): Promise<BatchOrder> => {
      const batch = aBatch(count, { createdAtMs: clock.nowMs(), ...fields });
      expect(await store.create(batch, signal())).toBe(true);
      return batch;
    };
    const see = async ({ owner, batchId }: BatchOrder): Promise<Batch | undefined> => store.get(owner, batchId, signal());
    const settle = ({ batchId }: BatchOrder, index: number, status: TerminalJobStatus = 'completed'): Promise<Batch | undefined> =>
      store.settle(batchId, { index, status, usage: { inputTokens: 10, outputTokens: 2 }, costUsd: 0.25 }, signal());
    const isDue = async ({ batchId }: BatchOrder): Promise<DueBatch['kind'] | undefined> => (await store.due(2_000, signal())).find((due) => 'batch' in due && due.batch.batchId === batchId)?.kind;

    beforeEach(() => {
      // The real time, because a local table deletes by the real time.
      clock = new StoppedClock(Date.now());
      store = open(clock);
    });

    it('gives a batch back as it was ordered', async () => {
      const order = await have(2, { items: [{ manga_id: 'MNG-OP000001', analysis_type: 'full_enrichment', additional_context: '新版' }, { manga_id: 'MNG-OP000001', analysis_type: 'reading_level' }], webhookEndpointId: 'whe_1', priority: 'low' });

      expect(await see(order)).toEqual({
        ...order,
        status: 'processing',
        isFannedOut: false,
        settled: {},
        usage: { inputTokens: 0, outputTokens: 0 },
        costUsd: 0,
        isCancelRequested: false,
        pendingSteps: [],
      });
    });

    it('is nobody else’s', async () => {
      const order = await have(1);

      for (const stranger of [{ tenantId: 'partner', subject: order.owner.subject }, { ...order.owner, subject: 'merchandiser-2' }]) {
        expect(await store.get(stranger, order.batchId, signal())).toBeUndefined();
        expect(await store.requestCancel(stranger, order.batchId, signal())).toBeUndefined();
      }
      expect(await see(order)).toMatchObject({ isCancelRequested: false });
    });

    it('stays as it is when it is ordered again', async () => {
      const order = await have(2);
      await settle(order, 0);

      expect(await store.create({ ...order, items: [] }, signal())).toBe(false);
      expect(await see(order)).toMatchObject({ items: order.items, settled: { 0: 'completed' } });
    });

    it('is refused when it is larger than a row can be', async () => {
      const items = aBatch(100).items.map((item) => ({ ...item, additional_context: '𠮷'.repeat(1_000) }));

      await expect(have(0, { items })).rejects.toMatchObject({ kind: 'invalid', code: 'jobs.too-large' });
    });

    it('is due until it is fanned out', async () => {
      const order = await have(1);

      clock.advance(29_999);
      expect(await isDue(order)).toBeUndefined();
      clock.advance(1);
      expect(await isDue(order)).toBe('fan-out');
      await store.defer(order.batchId, 60_000, signal());
      expect(await isDue(order)).toBeUndefined();
      clock.advance(60_000);
      expect(await isDue(order)).toBe('fan-out');
      await store.markFannedOut(order.batchId, signal());

      expect(await isDue(order)).toBeUndefined();
      expect(await see(order)).toMatchObject({ isFannedOut: true });
    });

    it('counts each ended job once, and ends with the last', async () => {
      const order = await have(3);
      await store.markFannedOut(order.batchId, signal());

      expect(await settle(order, 2)).toMatchObject({ status: 'processing', settled: { 2: 'completed' } });
      await settle(order, 2, 'failed');
      await settle(order, 0, 'failed');
      clock.advance(1_000);
      const ended = await settle(order, 1, 'expired');

      expect(ended).toMatchObject({
        status: 'completed',
        settled: { 0: 'failed', 1: 'expired', 2: 'completed' },
        usage: { inputTokens: 30, outputTokens: 6 },
        costUsd: 0.75,
        endedAtMs: clock.nowMs(),
        pendingSteps: ['notify', 'webhook'],
      });
      expect(await see(order)).toEqual(ended);
    });

    it.each([false, true])('corrects a failure when the job was redriven, and nothing else (after its end: %p)', async (hasEnded) => {
      const order = await have(2);
      if (hasEnded) await settle(order, 1);
      await settle(order, 0, 'failed');
      const told = await see(order);

      await settle(order, 0, 'failed');
      expect(await see(order)).toEqual(told);
      await settle(order, 0);
      await settle(order, 0);
      await settle(order, 0, 'failed');
      if (!hasEnded) await settle(order, 1);

      expect(await see(order)).toMatchObject({ status: 'completed', settled: { 0: 'completed', 1: 'completed' }, usage: { inputTokens: 30, outputTokens: 6 }, costUsd: 0.75 });
      expect((await see(order))?.endedAtMs).toBe(clock.nowMs());
    });

    it('ends once, however its jobs race and repeat themselves', async () => {
      const order = await have(20);
      const indexes = Array.from({ length: 60 }, (_, index) => index % 20);

      const answers = await Promise.all(indexes.map((index) => settle(order, index)));

      const ended = await see(order);
      expect(ended).toMatchObject({ status: 'completed', usage: { inputTokens: 200, outputTokens: 40 }, costUsd: 5, endedAtMs: clock.nowMs() });
      expect(Object.keys(ended?.settled ?? {})).toHaveLength(20);
      expect(answers.filter((batch) => batch?.status === 'completed').length).toBeGreaterThan(0);
    });

    it('knows no job beyond its items', async () => {
      const order = await have(1);

      await settle(order, 1);

      expect(await see(order)).toMatchObject({ status: 'processing', settled: {} });
      expect(await store.settle('a0b7c9f0-2d31-4c58-8a9e-6b1f5d2e7c90', { index: 0, status: 'completed', usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0 }, signal())).toBeUndefined();
    });

    it('has ended even when its door never said that it was fanned out', async () => {
      const order = await have(1);
      await settle(order, 0);
      await store.markFannedOut(order.batchId, signal());
      clock.advance(30_000);

      expect(await isDue(order)).toBe('finish');
      expect(await see(order)).toMatchObject({ isFannedOut: true });
    });

    it('is due until its one notification has been sent', async () => {
      const order = await have(1);
      await store.markFannedOut(order.batchId, signal());
      await store.stepsDone(order.batchId, ['notify', 'webhook'], signal());
      await settle(order, 0);

      clock.advance(29_999);
      expect(await isDue(order)).toBeUndefined();
      clock.advance(1);
      expect(await isDue(order)).toBe('finish');
      await store.stepsDone(order.batchId, ['webhook'], signal());
      expect(await see(order)).toMatchObject({ pendingSteps: ['notify'] });
      expect(await isDue(order)).toBe('finish');
      await store.stepsDone(order.batchId, ['notify'], signal());

      expect(await isDue(order)).toBeUndefined();
      expect(await see(order)).toMatchObject({ pendingSteps: [] });
    });

    it('is cancelled when a wish to cancel has cancelled any of its jobs', async () => {
      const order = await have(2);
      expect(await store.requestCancel(order.owner, order.batchId, signal())).toMatchObject({ status: 'processing', isCancelRequested: true });

      await settle(order, 0);
      await settle(order, 1, 'cancelled');

      const ended = await see(order);
      expect(ended?.status).toBe('cancelled');
      expect(await store.requestCancel(order.owner, order.batchId, signal())).toEqual(ended);
    });

    it('is completed when the wish to cancel came too late, or nobody wished', async () => {
      const [late, single] = [await have(1), await have(1)];
      await store.requestCancel(late.owner, late.batchId, signal());
      await settle(late, 0);
      await settle(single, 0, 'cancelled');

      expect([(await see(late))?.status, (await see(single))?.status]).toEqual(['completed', 'completed']);
    });

    it('is forgotten after its retention', async () => {
      const order = await have(1, { createdAtMs: clock.nowMs() - RETENTION_SECONDS * 1_000 + 60_000 });
      clock.advance(61_000);

      expect(await see(order)).toBeUndefined();
      expect(await isDue(order)).toBeUndefined();
    });
  });
}
