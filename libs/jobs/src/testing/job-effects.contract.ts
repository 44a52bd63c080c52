import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CatalogueEffect, JobOrder, ListedEffectState } from '../job.ts';
import type { JobClaim } from '../job-store.ts';
import { anOutcome } from './a-job.ts';
import { JobDesk, type OpenJobStore } from './job-desk.ts';

const effect = (state: CatalogueEffect['state'], decidedBy?: string): CatalogueEffect => ({
  mangaId: 'MNG-OP000001',
  changes: { genres: ['adventure', 'comedy'] },
  expected: { genres: ['adventure'] },
  confidence: 0.9,
  state,
  ...(decidedBy !== undefined && { decidedBy }),
});

/** What becomes of the change of the catalogue that a job proposes. */
export function jobEffectsContract(open: OpenJobStore): void {
  let desk: JobDesk;

  const ended = async (fields: Partial<JobOrder> = {}, catalogueEffect?: CatalogueEffect): Promise<{ order: JobOrder; claim: JobClaim }> => {
    const order = await desk.have(fields);
    const claim = await desk.claim(order.jobId);
    await desk.store.complete(claim, anOutcome(catalogueEffect && { catalogueEffect }), desk.signal);
    return { order, claim };
  };

  const idsIn = async (state: ListedEffectState, tenantId: string): Promise<string[]> => {
    const { jobs } = await desk.store.effects(tenantId, { state, limit: 10 }, desk.signal);
    return jobs.map(({ jobId }) => jobId);
  };

  beforeEach(() => {
    desk = new JobDesk(open);
  });

  describe('a change of the catalogue', () => {
    it('that rules approve is a step of the outbox', async () => {
      const { order } = await ended({}, effect('approved', 'rules'));

      const job = await desk.see(order);
      expect(job.outcome?.catalogueEffect).toEqual(effect('approved', 'rules'));
      expect(job.pendingSteps.toSorted()).toEqual(['catalogue', 'ledger', 'notify', 'webhook']);
    });

    it.each([
      [true, 'approved'],
      [false, 'rejected'],
    ] as const)('that a person decides on (%s) waits for it', async (approve, state) => {
      const owner = { tenantId: `tenant-${Math.random()}`, subject: 'merchandiser-1' };
      const first = await ended({ owner }, effect('awaiting-approval'));
      desk.clock.advance(1);
      const second = await ended({ owner }, effect('awaiting-approval'));
      for (const { claim } of [first, second]) await desk.store.stepsDone(claim, ['ledger', 'notify', 'webhook'], desk.signal);
      const awaiting = () => idsIn('awaiting-approval', owner.tenantId);
      expect(await awaiting()).toEqual([first.order.jobId, second.order.jobId]);

      const decided = await desk.store.decide(owner.tenantId, first.order.jobId, { approve, decidedBy: 'editor-1' }, desk.signal);

      expect(decided).toMatchObject({ outcome: { catalogueEffect: { state, decidedBy: 'editor-1' } }, pendingSteps: ['catalogue'] });
      expect(await desk.isDue(first.order.jobId)).toBe('finish');
      expect(await awaiting()).toEqual([second.order.jobId]);
      const again = await desk.store.decide(owner.tenantId, first.order.jobId, { approve: !approve, decidedBy: 'editor-2' }, desk.signal);
      expect(again?.outcome?.catalogueEffect).toMatchObject({ state, decidedBy: 'editor-1' });
    });

    it('is nothing for another tenant to decide', async () => {
      const { order } = await ended({ owner: { tenantId: 'tenant-a', subject: 's' } }, effect('awaiting-approval'));

      expect(await desk.store.decide('tenant-b', order.jobId, { approve: true, decidedBy: 'x' }, desk.signal)).toBeUndefined();
      expect(await idsIn('awaiting-approval', 'tenant-c')).toEqual([]);
      expect((await desk.see(order)).outcome?.catalogueEffect?.state).toBe('awaiting-approval');
    });

    it('tells what became of it', async () => {
      const { order } = await ended({}, effect('approved', 'rules'));

      await desk.store.recordEffect(order, 'applied', desk.signal);
      await desk.store.recordEffect(order, 'applied', desk.signal);

      expect((await desk.see(order)).outcome?.catalogueEffect).toEqual(effect('applied', 'rules'));
    });

    it('is listed by what has become of it, page by page, the latest first', async () => {
      const owner = { tenantId: `tenant-${Math.random()}`, subject: 'merchandiser-1' };
      const orders: JobOrder[] = [];
      for (let count = 0; count < 3; count++) {
        const { order } = await ended({ owner }, effect('approved', 'rules'));
        desk.clock.advance(1);
        await desk.store.recordEffect(order, 'applied', desk.signal);
        orders.unshift(order);
      }
      const ids = orders.map(({ jobId }) => jobId);

      const first = await desk.store.effects(owner.tenantId, { state: 'applied', limit: 2 }, desk.signal);
      const second = await desk.store.effects(owner.tenantId, { state: 'applied', limit: 2, after: first.next ?? '' }, desk.signal);

      expect([first.jobs, second.jobs].map((jobs) => jobs.map(({ jobId }) => jobId))).toEqual([ids.slice(0, 2), ids.slice(2)]);
      expect(second.next).toBeUndefined();
      expect(await idsIn('undone', owner.tenantId)).toEqual([]);
      expect(await idsIn('applied', `x#${owner.tenantId}`)).toEqual([]);
    });

    it('is undone when somebody asks for it, once', async () => {
      const { order, claim } = await ended({ owner: { tenantId: `tenant-${Math.random()}`, subject: 's' } }, effect('approved', 'rules'));
      const { tenantId } = order.owner;
      await desk.store.recordEffect(order, 'applied', desk.signal);
      await desk.store.stepsDone(claim, ['ledger', 'notify', 'webhook', 'catalogue'], desk.signal);

      const asked = await desk.store.undo(tenantId, order.jobId, { undoneBy: 'editor-1' }, desk.signal);
      const again = await desk.store.undo(tenantId, order.jobId, { undoneBy: 'editor-2' }, desk.signal);

      expect(asked).toMatchObject({ outcome: { catalogueEffect: { state: 'undo-requested', decidedBy: 'rules', undoneBy: 'editor-1' } }, pendingSteps: ['undo'] });
      expect(again).toEqual(asked);
      expect(await desk.isDue(order.jobId)).toBe('finish');
      expect(await idsIn('undo-requested', tenantId)).toEqual([order.jobId]);

      await desk.store.recordEffect(order, 'undone', desk.signal);
      await desk.store.stepsDone(claim, ['undo'], desk.signal);
      expect(await desk.isDue(order.jobId)).toBeUndefined();
      expect(await desk.store.undo(tenantId, order.jobId, { undoneBy: 'editor-3' }, desk.signal)).toMatchObject({ outcome: { catalogueEffect: { state: 'undone', undoneBy: 'editor-1' } }, pendingSteps: [] });
      expect([await idsIn('applied', tenantId), await idsIn('undone', tenantId)]).toEqual([[], [order.jobId]]);
    });

    it('that was undone is neither applied nor crossed off by a step that is late', async () => {
      const { order, claim } = await ended({}, effect('approved', 'rules'));
      await desk.store.recordEffect(order, 'applied', desk.signal);
      await desk.store.undo(order.owner.tenantId, order.jobId, { undoneBy: 'editor-1' }, desk.signal);

      await desk.store.recordEffect(order, 'applied', desk.signal);
      await desk.store.stepsDone(claim, ['ledger', 'notify', 'webhook', 'catalogue'], desk.signal);
      expect(await desk.see(order)).toMatchObject({ outcome: { catalogueEffect: { state: 'undo-requested' } }, pendingSteps: ['undo'] });
      await desk.store.recordEffect(order, 'undone', desk.signal);
      for (const late of ['applied', 'outdated', 'superseded'] as const) await desk.store.recordEffect(order, late, desk.signal);

      expect((await desk.see(order)).outcome?.catalogueEffect?.state).toBe('undone');
    });

    it('that is not applied, or another tenant’s, is not undone', async () => {
      const { order } = await ended({ owner: { tenantId: 'tenant-a', subject: 's' } }, effect('awaiting-approval'));

      expect(await desk.store.undo('tenant-a', order.jobId, { undoneBy: 'x' }, desk.signal)).toMatchObject({ outcome: { catalogueEffect: { state: 'awaiting-approval' } } });
      expect(await desk.store.undo('tenant-b', order.jobId, { undoneBy: 'x' }, desk.signal)).toBeUndefined();
      expect(await desk.store.undo('tenant-a', 'e0b7c9f0-2d31-4c58-8a9e-6b1f5d2e7c91', { undoneBy: 'x' }, desk.signal)).toBeUndefined();
    });

    it('is none for a job without one', async () => {
      const { order } = await ended();
      const before = await desk.see(order);

      await desk.store.recordEffect(order, 'applied', desk.signal);

      expect(await desk.store.undo(order.owner.tenantId, order.jobId, { undoneBy: 'x' }, desk.signal)).toBeUndefined();
      expect(await desk.store.decide(order.owner.tenantId, order.jobId, { approve: true, decidedBy: 'x' }, desk.signal)).toBeUndefined();
      expect(await desk.see(order)).toEqual(before);
    });
  });
}
