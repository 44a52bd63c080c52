import { beforeEach, describe, expect, it } from '@jest/globals';
import { MOST_FAILURES } from '../job-rules.ts';
import type { JobClaim } from '../job-store.ts';
import { anOutcome } from './a-job.ts';
import { JobDesk, LEASE_MS, NOTHING_SPENT, REASON, type OpenJobStore } from './job-desk.ts';

/** How jobs end, and how they do not. */
export function jobEndsContract(open: OpenJobStore): void {
  let desk: JobDesk;

  const fail = (claim: JobClaim, isFinal = false, spent = NOTHING_SPENT) => desk.store.fail(claim, { reason: REASON, isFinal, spent }, desk.signal);

  beforeEach(() => {
    desk = new JobDesk(open);
  });

  describe('the end of a job', () => {
    it('is its result, what it took and what follows, in one', async () => {
      const order = await desk.have();
      const claim = await desk.claim(order.jobId);
      desk.clock.advance(1_234);
      const outcome = anOutcome();

      const ended = await desk.store.complete(claim, outcome, desk.signal);

      expect(ended).toEqual({
        ...order,
        status: 'completed',
        attempt: 1,
        failures: 0,
        isCancelRequested: false,
        progress: { done: 1, total: 1 },
        spent: NOTHING_SPENT,
        endedAtMs: desk.clock.nowMs(),
        outcome,
        pendingSteps: expect.arrayContaining(['ledger', 'notify', 'webhook']),
      });
      expect(ended?.pendingSteps).toHaveLength(3);
      expect(await desk.see(order)).toEqual(ended);
    });

    it('of a batch’s job is told by the batch', async () => {
      const order = await desk.have({ batch: { batchId: 'b0b7c9f0-2d31-4c58-8a9e-6b1f5d2e7c90', index: 3 } });

      const ended = await desk.store.complete(await desk.claim(order.jobId), anOutcome(), desk.signal);

      expect(ended?.pendingSteps.toSorted()).toEqual(['batch', 'ledger']);
    });

    it('is written once: told again, the same attempt hears the same', async () => {
      const order = await desk.have();
      const claim = await desk.claim(order.jobId);
      const first = await desk.store.complete(claim, anOutcome(), desk.signal);
      desk.clock.advance(5_000);

      expect(await desk.store.complete(claim, anOutcome({ costUsd: 99 }), desk.signal)).toEqual(first);
      expect(await desk.see(order)).toEqual(first);
    });

    it('is not written by a zombie', async () => {
      const order = await desk.have();
      const zombie = await desk.claim(order.jobId);
      desk.passLease();
      const claim = await desk.claim(order.jobId, 'worker-2');

      const before = await desk.see(order);
      expect(await desk.store.complete(zombie, anOutcome(), desk.signal)).toBeUndefined();
      expect(await fail(zombie, true)).toEqual({ kind: 'lost' });
      expect(await desk.store.release(zombie, { ...NOTHING_SPENT, costUsd: 1 }, desk.signal)).toBe(false);
      expect(await desk.store.confirmCancelled(zombie, NOTHING_SPENT, desk.signal)).toBeUndefined();
      expect(await desk.see(order)).toEqual(before);

      const ended = await desk.store.complete(claim, anOutcome(), desk.signal);
      expect(await desk.store.complete(zombie, anOutcome({ costUsd: 99 }), desk.signal)).toBeUndefined();
      expect(await fail(zombie)).toEqual({ kind: 'lost' });
      expect(await desk.see(order)).toEqual(ended);
    });

    it('may be written by a worker that is late, when nobody has come', async () => {
      const order = await desk.have();
      const claim = await desk.claim(order.jobId);
      desk.clock.advance(10 * LEASE_MS);

      expect(await desk.store.complete(claim, anOutcome(), desk.signal)).toMatchObject({ status: 'completed', attempt: 1 });
    });

    it('is one of many that race for it', async () => {
      const order = await desk.have();
      const first = await desk.claim(order.jobId);
      desk.passLease();
      const second = await desk.claim(order.jobId, 'worker-2');

      const ends = await Promise.all([
        ...[first, second].map((claim) => desk.store.complete(claim, anOutcome({ costUsd: claim.attempt }), desk.signal)),
        desk.store.cancel(order.owner, order.jobId, desk.signal),
        fail(first),
      ]);

      expect(ends[0]).toBeUndefined();
      expect(await desk.see(order)).toMatchObject({ status: 'completed', attempt: 2, outcome: { costUsd: 2 } });
    });

    it('is refused when its outcome is larger than a row can be', async () => {
      const order = await desk.have();
      const claim = await desk.claim(order.jobId);

      await expect(desk.store.complete(claim, anOutcome({ inlineResult: { text: 'x'.repeat(100_000) } }), desk.signal)).rejects.toMatchObject({ kind: 'invalid', code: 'jobs.too-large' });
      expect((await desk.see(order)).status).toBe('processing');
    });
  });

  describe('a counted failure', () => {
    it('queues the job again, twice, and ends it the third time', async () => {
      const order = await desk.have();
      const spent = { inputTokens: 100, outputTokens: 10, costUsd: 0.25 };

      const answers = [];
      for (let failure = 0; failure < MOST_FAILURES; failure++) answers.push(await fail(await desk.claim(order.jobId), false, spent));

      expect(answers.slice(0, 2)).toEqual([
        { kind: 'queued', failures: 1 },
        { kind: 'queued', failures: 2 },
      ]);
      const ended = { status: 'failed', attempt: 3, failures: 3, reason: REASON, spent: { inputTokens: 300, outputTokens: 30, costUsd: 0.75 }, endedAtMs: desk.clock.nowMs() };
      expect(answers[2]).toMatchObject({ kind: 'failed', job: ended });
      const job = await desk.see(order);
      expect(job).toMatchObject(ended);
      expect(job.pendingSteps.toSorted()).toEqual(['ledger', 'notify', 'webhook']);
    });

    it('ends the job at once when it cannot succeed', async () => {
      const order = await desk.have();

      expect(await fail(await desk.claim(order.jobId), true)).toMatchObject({ kind: 'failed', job: { failures: 1, reason: REASON } });
    });

    it('is none when the worker crashes', async () => {
      const order = await desk.have();
      for (let crash = 0; crash < 4; crash++) {
        await desk.claim(order.jobId);
        desk.passLease();
      }

      expect(await fail(await desk.claim(order.jobId))).toEqual({ kind: 'queued', failures: 1 });
      expect(await desk.see(order)).toMatchObject({ attempt: 5, failures: 1 });
    });

    it('is counted once however often it is told', async () => {
      const order = await desk.have();
      const claim = await desk.claim(order.jobId);

      expect([await fail(claim), await fail(claim), await fail(claim)].map(({ kind }) => kind)).toEqual(['queued', 'queued', 'queued']);
      expect((await desk.see(order)).failures).toBe(1);
    });

    it('that was the last says so again', async () => {
      const order = await desk.have();
      await fail(await desk.claim(order.jobId));
      await fail(await desk.claim(order.jobId));
      const claim = await desk.claim(order.jobId);

      const [first, second] = [await fail(claim), await fail(claim)];

      expect(first).toMatchObject({ kind: 'failed', job: { failures: 3 } });
      expect(second).toEqual(first);
    });

    it('that was final says so again, also to who would have tried again', async () => {
      const order = await desk.have();
      const claim = await desk.claim(order.jobId);

      const first = await fail(claim, true);

      expect(first).toMatchObject({ kind: 'failed', job: { failures: 1 } });
      expect(await fail(claim, false)).toEqual(first);
    });

    it('lets the next attempt begin without waiting for a lease', async () => {
      const order = await desk.have();
      await fail(await desk.claim(order.jobId));

      const job = await desk.see(order);
      expect([job.leaseUntilMs, job.workerId]).toEqual([undefined, undefined]);
      expect((await desk.tryClaim(order.jobId)).kind).toBe('claimed');
    });
  });

  describe('giving a job back', () => {
    it('counts nothing but what was spent', async () => {
      const order = await desk.have();

      expect(await desk.store.release(await desk.claim(order.jobId), { inputTokens: 5, outputTokens: 1, costUsd: 0.5 }, desk.signal)).toBe(true);

      expect(await desk.see(order)).toMatchObject({ status: 'queued', failures: 0, spent: { inputTokens: 5, outputTokens: 1, costUsd: 0.5 } });
    });
  });

  describe('cancelling', () => {
    it('ends a queued job at once, and a worker looks after what follows', async () => {
      const order = await desk.have();

      const cancelled = await desk.store.cancel(order.owner, order.jobId, desk.signal);

      expect(cancelled).toMatchObject({ status: 'cancelled', attempt: 0, endedAtMs: desk.clock.nowMs() });
      expect((await desk.tryClaim(order.jobId)).kind).toBe('ended');
      expect(await desk.due(order.jobId)).toMatchObject({ kind: 'finish', job: { status: 'cancelled' } });
    });

    it('asks a worker to stop, who confirms', async () => {
      const order = await desk.have();
      const claim = await desk.claim(order.jobId);

      expect(await desk.store.cancel(order.owner, order.jobId, desk.signal)).toMatchObject({ status: 'processing', isCancelRequested: true });
      expect(await desk.store.heartbeat(claim, { leaseMs: LEASE_MS }, desk.signal)).toBe('cancel-requested');
      const spent = { inputTokens: 7, outputTokens: 3, costUsd: 0.125 };
      expect(await desk.store.confirmCancelled(claim, spent, desk.signal)).toMatchObject({ status: 'cancelled', spent });
    });

    it('comes too late for a worker that is done', async () => {
      const order = await desk.have();
      const claim = await desk.claim(order.jobId);
      await desk.store.cancel(order.owner, order.jobId, desk.signal);

      const ended = await desk.store.complete(claim, anOutcome(), desk.signal);

      expect(ended?.status).toBe('completed');
      expect(await desk.store.cancel(order.owner, order.jobId, desk.signal)).toEqual(ended);
    });

    it.each(['dies', 'gives it back', 'fails'])('ends a job whose worker %s before it has heard', async (what) => {
      const order = await desk.have();
      const claim = await desk.claim(order.jobId);
      await desk.store.cancel(order.owner, order.jobId, desk.signal);
      if (what === 'dies') desk.passLease();
      if (what === 'gives it back') await desk.store.release(claim, NOTHING_SPENT, desk.signal);
      if (what === 'fails') await fail(claim);

      expect(await desk.tryClaim(order.jobId)).toMatchObject({ kind: 'ended', job: { status: 'cancelled' } });
    });

    it('does not know a job that is not there', async () => {
      expect(await desk.store.cancel({ tenantId: 'store', subject: 's' }, 'c0b7c9f0-2d31-4c58-8a9e-6b1f5d2e7c90', desk.signal)).toBeUndefined();
    });
  });

  describe('a redrive', () => {
    it('queues a failed job again, with its failures forgotten and its attempts counted on', async () => {
      const order = await desk.have();
      for (let failure = 0; failure < MOST_FAILURES; failure++) await fail(await desk.claim(order.jobId));

      expect(await desk.store.requeue(order.jobId, desk.signal)).toMatchObject({ status: 'queued', failures: 0, attempt: 3, pendingSteps: [] });

      const job = await desk.see(order);
      expect([job.reason, job.endedAtMs]).toEqual([undefined, undefined]);
      const ended = await desk.store.complete(await desk.claim(order.jobId), anOutcome(), desk.signal);
      expect(ended).toMatchObject({ status: 'completed', attempt: 4 });
      expect(ended?.pendingSteps.toSorted()).toEqual(['ledger', 'notify', 'webhook']);
    });

    it('has a job of a batch told of by itself: its batch may have ended', async () => {
      const order = await desk.have({ batch: { batchId: 'b0b7c9f0-2d31-4c58-8a9e-6b1f5d2e7c90', index: 3 } });
      await fail(await desk.claim(order.jobId), true);
      await desk.store.requeue(order.jobId, desk.signal);

      const ended = await desk.store.complete(await desk.claim(order.jobId), anOutcome(), desk.signal);

      expect(ended?.pendingSteps.toSorted()).toEqual(['batch', 'ledger', 'notify', 'webhook']);
    });

    it('gives a job that crashed its workers, and whose time was over, another day', async () => {
      const order = await desk.have({ expiresAtMs: desk.clock.nowMs() + 1_000_000 });
      for (let crash = 0; crash < 10; crash++) {
        await desk.claim(order.jobId);
        desk.passLease();
      }
      expect((await desk.tryClaim(order.jobId)).kind).toBe('given-up');
      desk.clock.advance(2_000_000);

      await desk.store.requeue(order.jobId, desk.signal);

      expect(await desk.tryClaim(order.jobId)).toMatchObject({ kind: 'claimed', job: { attempt: 11 } });
    });

    it('leaves every other job alone', async () => {
      const order = await desk.have();
      expect(await desk.store.requeue(order.jobId, desk.signal)).toBeUndefined();
      const claim = await desk.claim(order.jobId);
      expect(await desk.store.requeue(order.jobId, desk.signal)).toBeUndefined();
      const ended = await desk.store.complete(claim, anOutcome(), desk.signal);
      expect(await desk.store.requeue(order.jobId, desk.signal)).toBeUndefined();
      expect(await desk.store.requeue('d0b7c9f0-2d31-4c58-8a9e-6b1f5d2e7c90', desk.signal)).toBeUndefined();

      expect(await desk.see(order)).toEqual(ended);
    });
  });
}
