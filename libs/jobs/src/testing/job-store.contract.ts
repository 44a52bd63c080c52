import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { MOST_ATTEMPTS, RETENTION_SECONDS } from '../job-rules.ts';
import { anOrder, anOutcome } from './a-job.ts';
import { JobDesk, LEASE_MS, NOTHING_SPENT, REASON, type OpenJobStore } from './job-desk.ts';
import { jobEndsContract } from './job-ends.contract.ts';
import { jobEffectsContract } from './job-effects.contract.ts';
import { jobOutboxContract } from './job-outbox.contract.ts';

/** What every JobStore promises. */
export function jobStoreContract(open: OpenJobStore): void {
  describe('as a JobStore', () => {
    let desk: JobDesk;

    beforeEach(() => {
      desk = new JobDesk(open);
    });

    describe('a job that is ordered', () => {
      it('is queued, exactly as it was ordered', async () => {
        const order = anOrder({
          createdAtMs: desk.clock.nowMs(),
          type: 'content_moderation',
          input: { items: [{ id: 'a', text: '𠮷野家' }, { id: 'b', text: '"><script>' }] },
          model: 'sonnet',
          maxTokens: 2_048,
          priority: 'high',
          batch: { batchId: randomUUID(), index: 0 },
          webhookEndpointId: 'whe_1',
          metadata: { deep: [[[{ empty: '', none: null, list: [] }]]], '': 'nameless' },
        });

        expect(await desk.store.create(order, desk.signal)).toBe(true);

        expect(await desk.see(order)).toEqual({
          ...order,
          status: 'queued',
          attempt: 0,
          failures: 0,
          isCancelRequested: false,
          progress: { done: 0, total: 1 },
          spent: NOTHING_SPENT,
          pendingSteps: [],
        });
      });

      it('stays as it is when it is ordered again', async () => {
        const order = await desk.have();
        await desk.claim(order.jobId);

        expect(await desk.store.create({ ...order, input: { manga_id: 'MNG-00000000' } }, desk.signal)).toBe(false);

        expect(await desk.see(order)).toMatchObject({ input: order.input, status: 'processing' });
      });

      it('is made once by many racing doors', async () => {
        const order = anOrder({ createdAtMs: desk.clock.nowMs() });

        const made = await Promise.all(Array.from({ length: 20 }, () => desk.store.create(order, desk.signal)));

        expect(made.filter(Boolean)).toHaveLength(1);
      });

      it('is refused when it is larger than a row can be', async () => {
        const items = Array.from({ length: 50 }, (_, index) => ({ id: `item-${index}`, text: '漫'.repeat(4_000) }));

        await expect(desk.have({ type: 'content_moderation', input: { items } })).rejects.toMatchObject({ kind: 'invalid', code: 'jobs.too-large' });
      });

      it('is kept up to 256 KiB, and its result beside it', async () => {
        const order = await desk.have({ input: { prompt: 'x'.repeat(255 * 1024) }, type: 'prompt' });

        const ended = await desk.store.complete(await desk.claim(order.jobId), anOutcome({ inlineResult: { text: 'y'.repeat(90 * 1024) } }), desk.signal);

        expect(ended?.status).toBe('completed');
      });

      it('is nobody else’s', async () => {
        const order = await desk.have();
        const strangers = [
          { tenantId: 'partner', subject: order.owner.subject },
          { tenantId: order.owner.tenantId, subject: 'merchandiser-2' },
        ];

        for (const stranger of strangers) {
          expect(await desk.store.get(stranger, order.jobId, desk.signal)).toBeUndefined();
          expect(await desk.store.getMany(stranger, [order.jobId], desk.signal)).toEqual([]);
          expect(await desk.store.cancel(stranger, order.jobId, desk.signal)).toBeUndefined();
        }
        expect((await desk.see(order)).status).toBe('queued');
      });

      it('is read together with others, those that are not there left out', async () => {
        const orders = await Promise.all(Array.from({ length: 99 }, () => desk.have()));
        const ids = orders.map(({ jobId }) => jobId);
        const { owner } = anOrder();

        const jobs = await desk.store.getMany(owner, [...ids, randomUUID(), ...ids.slice(0, 1)].slice(0, 100), desk.signal);

        expect(jobs.map(({ jobId }) => jobId).toSorted()).toEqual(ids.toSorted());
        expect(await desk.store.getMany(owner, [], desk.signal)).toEqual([]);
      });

      it('is forgotten after its retention', async () => {
        const order = await desk.have({ createdAtMs: desk.clock.nowMs() - RETENTION_SECONDS * 1_000 + 60_000 });
        expect((await desk.see(order)).status).toBe('queued');

        desk.clock.advance(61_000);

        expect(await desk.store.get(order.owner, order.jobId, desk.signal)).toBeUndefined();
        expect((await desk.tryClaim(order.jobId)).kind).toBe('unknown');
        expect(await desk.isDue(order.jobId)).toBeUndefined();
      });
    });

    describe('a claim', () => {
      it('begins an attempt with a lease', async () => {
        const order = await desk.have();

        const answer = await desk.tryClaim(order.jobId, 'worker-7');

        const began = { status: 'processing', attempt: 1, failures: 0, workerId: 'worker-7', leaseUntilMs: desk.clock.nowMs() + LEASE_MS };
        expect(answer).toMatchObject({ kind: 'claimed', job: began });
        expect(await desk.see(order)).toMatchObject(began);
      });

      it('remembers the message that it was made for, until the next one', async () => {
        const order = await desk.have();
        await desk.store.claim(order.jobId, { workerId: 'w', leaseMs: LEASE_MS, messageId: 'm-1' }, desk.signal);
        expect((await desk.see(order)).messageId).toBe('m-1');
        desk.passLease();
        await desk.claim(order.jobId);
        expect((await desk.see(order)).messageId).toBeUndefined();
        desk.passLease();
        await desk.store.claim(order.jobId, { workerId: 'w', leaseMs: LEASE_MS, messageId: 'm-3' }, desk.signal);

        const answer = await desk.store.fail({ jobId: order.jobId, attempt: 3 }, { reason: REASON, isFinal: true, spent: NOTHING_SPENT }, desk.signal);

        expect(answer).toMatchObject({ kind: 'failed', job: { messageId: 'm-3' } });
      });

      it('knows what does not exist', async () => {
        expect(await desk.tryClaim(randomUUID())).toEqual({ kind: 'unknown' });
      });

      it('is won by one of fifty racing workers', async () => {
        const order = await desk.have();

        const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => desk.tryClaim(order.jobId, `worker-${index}`)));

        expect(answers.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
        expect(answers.filter(({ kind }) => kind === 'leased')).toHaveLength(49);
        expect((await desk.see(order)).attempt).toBe(1);
      });

      it('is won by one of fifty when a lease has run out', async () => {
        const order = await desk.have();
        await desk.claim(order.jobId);
        desk.passLease();

        const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => desk.tryClaim(order.jobId, `worker-${index}`)));

        expect(answers.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
        expect((await desk.see(order)).attempt).toBe(2);
      });

      it('waits for the lease of another, and five seconds more for clocks that differ', async () => {
        const order = await desk.have();
        const beganAtMs = desk.clock.nowMs();
        await desk.claim(order.jobId);

        desk.clock.advance(LEASE_MS + 4_999);
        expect(await desk.tryClaim(order.jobId)).toEqual({ kind: 'leased', untilMs: beganAtMs + LEASE_MS + 5_000 });
        desk.clock.advance(1);

        expect(await desk.tryClaim(order.jobId)).toMatchObject({ kind: 'claimed', job: { attempt: 2 } });
      });

      it('of the same worker is no exception', async () => {
        const order = await desk.have();
        await desk.claim(order.jobId, 'worker-1');

        expect((await desk.tryClaim(order.jobId, 'worker-1')).kind).toBe('leased');
      });

      it('ends a job whose time is over', async () => {
        const order = await desk.have({ expiresAtMs: desk.clock.nowMs() + 60_000 });
        desk.clock.advance(60_000);

        const answer = await desk.tryClaim(order.jobId);

        expect(answer).toMatchObject({ kind: 'expired', job: { status: 'expired', attempt: 0, reason: { code: 'jobs.expired' }, pendingSteps: expect.arrayContaining(['ledger']) } });
        expect((await desk.tryClaim(order.jobId)).kind).toBe('ended');
      });

      it('does not end a job that is being worked on when its time is over', async () => {
        const order = await desk.have({ expiresAtMs: desk.clock.nowMs() + 10_000 });
        const claim = await desk.claim(order.jobId);
        desk.clock.advance(20_000);

        expect((await desk.tryClaim(order.jobId)).kind).toBe('leased');
        expect(await desk.store.complete(claim, anOutcome(), desk.signal)).toMatchObject({ status: 'completed' });
      });

      it('gives a job up that was begun ten times without an end', async () => {
        const order = await desk.have();
        for (let crash = 0; crash < MOST_ATTEMPTS; crash++) {
          await desk.claim(order.jobId);
          desk.passLease();
        }

        const answer = await desk.store.claim(order.jobId, { workerId: 'w', leaseMs: LEASE_MS, messageId: 'm-1' }, desk.signal);

        expect(answer).toMatchObject({ kind: 'given-up', job: { status: 'failed', messageId: 'm-1', failures: 0, attempt: MOST_ATTEMPTS, reason: { code: 'jobs.crashed-too-often' } } });
      });

      it('does not take giving back for a crash', async () => {
        const order = await desk.have();
        for (let drain = 0; drain < MOST_ATTEMPTS + 2; drain++) {
          expect(await desk.store.release(await desk.claim(order.jobId), NOTHING_SPENT, desk.signal)).toBe(true);
        }

        expect(await desk.see(order)).toMatchObject({ status: 'queued', failures: 0, attempt: MOST_ATTEMPTS + 2 });
        expect((await desk.tryClaim(order.jobId)).kind).toBe('claimed');
      });
    });

    describe('a heartbeat', () => {
      it('keeps the lease alive', async () => {
        const order = await desk.have();
        const claim = await desk.claim(order.jobId);

        for (let beat = 0; beat < 5; beat++) {
          desk.clock.advance(LEASE_MS - 1);
          expect(await desk.store.heartbeat(claim, { leaseMs: LEASE_MS }, desk.signal)).toBe('continue');
        }

        expect((await desk.tryClaim(order.jobId)).kind).toBe('leased');
      });

      it('tells of progress and the latest checkpoint', async () => {
        const order = await desk.have({ type: 'heavy_analysis' });
        const claim = await desk.claim(order.jobId);

        await desk.store.heartbeat(claim, { leaseMs: LEASE_MS, progress: { done: 2, total: 5 }, checkpointKey: 'checkpoints/store/1-2.json' }, desk.signal);
        await desk.store.heartbeat(claim, { leaseMs: LEASE_MS, progress: { done: 3, total: 5 } }, desk.signal);

        expect(await desk.see(order)).toMatchObject({ progress: { done: 3, total: 5 }, checkpointKey: 'checkpoints/store/1-2.json' });
      });

      it('of an attempt that lost its job says so, and changes nothing', async () => {
        const order = await desk.have();
        const zombie = await desk.claim(order.jobId);
        desk.passLease();
        await desk.claim(order.jobId, 'worker-2');
        const before = await desk.see(order);

        expect(await desk.store.heartbeat(zombie, { leaseMs: 999_000, progress: { done: 9, total: 9 } }, desk.signal)).toBe('lost');

        expect(await desk.see(order)).toEqual(before);
      });
    });

    jobEndsContract(open);
    jobOutboxContract(open);
    jobEffectsContract(open);

    it('says what has become of a call whose time is up', async () => {
      const order = await desk.have();
      const aborted = AbortSignal.abort(new DOMException('Took too long.', 'TimeoutError'));

      await expect(desk.store.get(order.owner, order.jobId, aborted)).rejects.toMatchObject({ kind: 'timed-out' });
      await expect(desk.store.fail({ jobId: order.jobId, attempt: 1 }, { reason: REASON, isFinal: false, spent: NOTHING_SPENT }, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
    });

    it('is reachable', async () => {
      expect(await desk.store.isReachable(desk.signal)).toBe(true);
    });
  });
}
