import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JobOrder } from '../job.ts';
import type { JobClaim } from '../job-store.ts';
import { anOutcome } from './a-job.ts';
import { JobDesk, LEASE_MS, NOTHING_SPENT, REASON, type OpenJobStore } from './job-desk.ts';

/** What is due, and what follows a job's end. */
export function jobOutboxContract(open: OpenJobStore): void {
  let desk: JobDesk;

  const ended = async (): Promise<{ order: JobOrder; claim: JobClaim }> => {
    const order = await desk.have();
    const claim = await desk.claim(order.jobId);
    await desk.store.complete(claim, anOutcome(), desk.signal);
    return { order, claim };
  };

  beforeEach(() => {
    desk = new JobDesk(open);
  });

  describe('what is due', () => {
    it('is a job that is not known to be sent after thirty seconds', async () => {
      const { jobId } = await desk.have();

      desk.clock.advance(29_999);
      expect(await desk.isDue(jobId)).toBeUndefined();
      desk.clock.advance(1);

      expect(await desk.isDue(jobId)).toBe('send-again');
    });

    it('is no job that was sent, until its time is over', async () => {
      const order = await desk.have({ expiresAtMs: desk.clock.nowMs() + 600_000 });
      await desk.store.markSent([order.jobId], desk.signal);
      expect((await desk.see(order)).sentAtMs).toBe(desk.clock.nowMs());

      desk.clock.advance(599_999);
      expect(await desk.isDue(order.jobId)).toBeUndefined();
      desk.clock.advance(1);

      const due = await desk.due(order.jobId);
      expect(due).toMatchObject({ kind: 'expired', job: { status: 'expired', reason: { code: 'jobs.expired' }, endedAtMs: desk.clock.nowMs() } });
      expect(due?.job.pendingSteps).toHaveLength(3);
      expect(await desk.see(order)).toEqual(due?.job);
    });

    it('is told of many at once', async () => {
      const orders = await Promise.all(Array.from({ length: 100 }, () => desk.have()));
      await desk.store.markSent([...orders.map(({ jobId }) => jobId), 'e0b7c9f0-2d31-4c58-8a9e-6b1f5d2e7c90'], desk.signal);
      desk.clock.advance(30_000);

      const due = new Set((await desk.allDue()).map(({ job }) => job.jobId));
      expect(orders.filter(({ jobId }) => due.has(jobId))).toEqual([]);
    });

    it('is no job that somebody works on, though it was never marked as sent', async () => {
      const { jobId } = await desk.have();
      await desk.claim(jobId);
      desk.clock.advance(LEASE_MS);

      expect(await desk.isDue(jobId)).toBeUndefined();
    });

    it('does not forget a running job because its sending is marked late', async () => {
      const { jobId } = await desk.have();
      await desk.claim(jobId);
      await desk.store.markSent([jobId], desk.signal);
      desk.clock.advance(LEASE_MS + 60_000);

      expect(await desk.isDue(jobId)).toBe('send-again');
    });

    it('is a job whose lease ended a minute ago', async () => {
      const { jobId } = await desk.have();
      const claim = await desk.claim(jobId);
      desk.clock.advance(20_000);
      await desk.store.heartbeat(claim, { leaseMs: LEASE_MS }, desk.signal);

      desk.clock.advance(LEASE_MS + 59_999);
      expect(await desk.isDue(jobId)).toBeUndefined();
      desk.clock.advance(1);
      expect(await desk.isDue(jobId)).toBe('send-again');
    });

    it('is no job whose worker has died while its message waits to be received, for a quarter of an hour', async () => {
      const { jobId } = await desk.have();
      await desk.claim(jobId);
      desk.clock.advance(LEASE_MS + 60_000);
      await desk.store.markSent([jobId], desk.signal);

      desk.clock.advance(15 * 60_000 - 1);
      expect(await desk.isDue(jobId)).toBeUndefined();
      desk.clock.advance(1);
      expect(await desk.isDue(jobId)).toBe('send-again');
    });

    it('is such a job at its end all the same', async () => {
      const { jobId } = await desk.have({ expiresAtMs: desk.clock.nowMs() + LEASE_MS + 120_000 });
      await desk.claim(jobId);
      desk.clock.advance(LEASE_MS + 60_000);
      await desk.store.markSent([jobId], desk.signal);
      desk.clock.advance(60_000);

      expect(await desk.isDue(jobId)).toBe('expired');
    });

    it('is the end of a job whose worker died when its time was over', async () => {
      const order = await desk.have({ expiresAtMs: desk.clock.nowMs() + 60_000 });
      await desk.claim(order.jobId);
      desk.clock.advance(LEASE_MS + 60_000);

      expect(await desk.due(order.jobId)).toMatchObject({ kind: 'expired', job: { status: 'expired', attempt: 1 } });
    });

    it.each(['failed', 'was given back'])('is a job that %s and that nobody begins for a quarter of an hour', async (what) => {
      const { jobId } = await desk.have();
      const claim = await desk.claim(jobId);
      if (what === 'failed') await desk.store.fail(claim, { reason: REASON, isFinal: false, spent: NOTHING_SPENT }, desk.signal);
      else await desk.store.release(claim, NOTHING_SPENT, desk.signal);

      desk.clock.advance(15 * 60_000 - 1);
      expect(await desk.isDue(jobId)).toBeUndefined();
      desk.clock.advance(1);
      expect(await desk.isDue(jobId)).toBe('send-again');
    });

    it('is a job that was queued again by a redrive and not sent', async () => {
      const { jobId } = await desk.have();
      await desk.store.fail(await desk.claim(jobId), { reason: REASON, isFinal: true, spent: NOTHING_SPENT }, desk.signal);
      await desk.store.requeue(jobId, desk.signal);
      desk.clock.advance(30_000);

      expect(await desk.isDue(jobId)).toBe('send-again');
    });

    it('is an outbox that nobody has emptied for thirty seconds', async () => {
      const { order, claim } = await ended();

      desk.clock.advance(29_999);
      expect(await desk.isDue(order.jobId)).toBeUndefined();
      desk.clock.advance(1);
      expect(await desk.due(order.jobId)).toMatchObject({ kind: 'finish', job: { status: 'completed' } });

      await desk.store.stepsDone(claim, ['ledger', 'notify', 'webhook'], desk.signal);
      expect(await desk.isDue(order.jobId)).toBeUndefined();
    });

    it('can be put off', async () => {
      const { jobId } = await desk.have();
      desk.clock.advance(30_000);
      await desk.store.defer(jobId, 60_000, desk.signal);

      expect(await desk.isDue(jobId)).toBeUndefined();
      desk.clock.advance(60_000);
      expect(await desk.isDue(jobId)).toBe('send-again');
    });

    it('is put off by one of many who try it together', async () => {
      const { jobId } = await desk.have();
      expect(await desk.store.defer(jobId, 60_000, desk.signal)).toBe(false);
      desk.clock.advance(30_000);

      const deferrals = await Promise.all(Array.from({ length: 5 }, () => desk.store.defer(jobId, 60_000, desk.signal)));

      expect(deferrals.filter((isMine) => isMine)).toHaveLength(1);
    });

    it('is not put off when it has got another date meanwhile', async () => {
      const { order } = await ended();
      await desk.store.defer(order.jobId, 3_600_000, desk.signal);
      desk.clock.advance(30_000);

      expect(await desk.isDue(order.jobId)).toBe('finish');
    });

    it('is no more than was asked for', async () => {
      await Promise.all(Array.from({ length: 20 }, () => desk.have()));
      desk.clock.advance(30_000);

      expect((await desk.store.due(8, desk.signal)).length).toBeLessThanOrEqual(8);
    });

    it('is expired by one of many racing looks', async () => {
      const { jobId } = await desk.have({ expiresAtMs: desk.clock.nowMs() + 1_000 });
      desk.clock.advance(1_000);

      const looks = await Promise.all(Array.from({ length: 5 }, () => desk.isDue(jobId)));

      expect(looks.filter((kind) => kind === 'expired')).toHaveLength(1);
    });
  });

  describe('the outbox of an ended job', () => {
    it('is emptied step by step', async () => {
      const { order, claim } = await ended();

      await desk.store.stepsDone(claim, ['ledger'], desk.signal);
      await desk.store.stepsDone(claim, ['ledger', 'webhook'], desk.signal);
      expect((await desk.see(order)).pendingSteps).toEqual(['notify']);
      await desk.store.stepsDone(claim, [], desk.signal);
      desk.clock.advance(30_000);
      expect(await desk.isDue(order.jobId)).toBe('finish');
      await desk.store.stepsDone(claim, ['notify'], desk.signal);

      expect((await desk.see(order)).pendingSteps).toEqual([]);
      expect(await desk.isDue(order.jobId)).toBeUndefined();
    });

    it('is not emptied before the job has ended, nor by somebody who saw it end before', async () => {
      const order = await desk.have();
      const claim = await desk.claim(order.jobId);
      await desk.store.stepsDone(claim, ['ledger', 'notify', 'webhook'], desk.signal);
      await desk.store.fail(claim, { reason: REASON, isFinal: true, spent: NOTHING_SPENT }, desk.signal);
      expect((await desk.see(order)).pendingSteps).toHaveLength(3);

      await desk.store.requeue(order.jobId, desk.signal);
      await desk.store.stepsDone(claim, ['ledger', 'notify', 'webhook'], desk.signal);
      await desk.store.complete(await desk.claim(order.jobId), anOutcome(), desk.signal);
      await desk.store.stepsDone(claim, ['ledger', 'notify', 'webhook'], desk.signal);

      expect((await desk.see(order)).pendingSteps).toHaveLength(3);
    });
  });
}
