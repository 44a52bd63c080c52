import { describe, expect, it } from '@jest/globals';
import { isTerminal } from '@manga-assist/schemas/jobs';
import fc from 'fast-check';
import type { JobLedger } from '../job-ledger.ts';
import type { EndedJob, Job, JobOrder } from '../job.ts';
import { anOutcome } from './a-job.ts';
import { JobDesk, LEASE_MS, NOTHING_SPENT, REASON, type OpenJobStore } from './job-desk.ts';
import { JobModel } from './job-model.ts';

/** Something that anybody may do to a job at any time; `attempt` may be an old one: a zombie. */
type Command =
  | { do: 'claim' | 'cancel' | 'requeue' | 'markSent' }
  | { do: 'heartbeat' | 'complete' | 'release' | 'confirmCancelled' | 'stepsDone'; back: number }
  | { do: 'fail'; back: number; isFinal: boolean }
  | { do: 'wait'; ms: number };

const back = fc.constantFrom(0, 0, 0, 0, 1, 2);
const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('claim' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'requeue' as const, 'markSent' as const) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('heartbeat' as const, 'complete' as const, 'release' as const, 'confirmCancelled' as const, 'stepsDone' as const), back }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), back, isFinal: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1_000, LEASE_MS, LEASE_MS + 5_000, 600_000) }) },
  ),
  { minLength: 5, maxLength: 40 },
);

export interface OpenForLife {
  openStore: OpenJobStore;
  openLedger(): { ledger: JobLedger; rowCountOf(tenantId: string): Promise<number> };
  runs: number;
  seed?: number;
}

/** Whatever is done to a job in whatever order, a store answers as the model does, and the invariants hold. */
export function jobLifeContract({ openStore, openLedger, runs, seed }: OpenForLife): void {
  describe('a job, whatever is done to it', () => {
    it('lives as its model, ends, has one result and one ledger row', async () => {
      await fc.assert(
        fc.asyncProperty(commands, async (steps) => {
          const desk = new JobDesk(openStore);
          const { ledger, rowCountOf } = openLedger();
          const owner = { tenantId: `tenant-${Math.random()}`, subject: 's' };
          const order = await desk.have({ owner, expiresAtMs: desk.clock.nowMs() + 3_600_000 });
          const model = new JobModel(order.expiresAtMs);

          for (const step of steps) {
            expect({ step, answer: await perform(step, desk, order, model.attempt) }).toEqual({ step, answer: predict(step, desk.clock.nowMs(), model) });
            await settle(await desk.see(order), ledger, desk.signal);
          }
          await drain(desk, order);

          const job = await desk.see(order);
          await settle(job, ledger, desk.signal);
          expect(isTerminal(job.status)).toBe(true); // I1
          expect(job.outcome?.resultKey).toBe(job.status === 'completed' ? keyOf(job.attempt) : undefined); // I2
          expect(await rowCountOf(owner.tenantId)).toBe(1); // I3
          await desk.store.close();
          await ledger.close();
        }),
        { numRuns: runs, ...(seed !== undefined && { seed }) },
      );
    }, 120_000);
  });
}

const keyOf = (attempt: number): string => `results/store/a-job/${attempt}.json`;

async function perform(step: Command, desk: JobDesk, order: JobOrder, latest: number): Promise<unknown> {
  const { store, signal } = desk;
  const { jobId } = order;
  const claim = { jobId, attempt: Math.max(1, latest - ('back' in step ? step.back : 0)) };
  const answer = async (): Promise<unknown> => {
    switch (step.do) {
      case 'claim':
        return (await desk.tryClaim(jobId)).kind;
      case 'heartbeat':
        return store.heartbeat(claim, { leaseMs: LEASE_MS }, signal);
      case 'complete':
        return (await store.complete(claim, anOutcome({ resultKey: keyOf(claim.attempt) }), signal)) !== undefined;
      case 'fail':
        return (await store.fail(claim, { reason: REASON, isFinal: step.isFinal, spent: NOTHING_SPENT }, signal)).kind;
      case 'release':
        return store.release(claim, NOTHING_SPENT, signal);
      case 'confirmCancelled':
        return (await store.confirmCancelled(claim, NOTHING_SPENT, signal)) !== undefined;
      case 'cancel':
        return void (await store.cancel(order.owner, jobId, signal));
      case 'requeue':
        return (await store.requeue(jobId, signal)) !== undefined;
      case 'stepsDone':
        return store.stepsDone(claim, ['ledger', 'notify', 'webhook'], signal);
      case 'markSent':
        return store.markSent([jobId], signal);
      case 'wait':
        return desk.clock.advance(step.ms);
    }
  };
  return { said: await answer(), job: stateOf(await desk.see(order)) };
}

function predict(step: Command, nowMs: number, model: JobModel): unknown {
  const attempt = Math.max(1, model.attempt - ('back' in step ? step.back : 0));
  const answer = (): unknown => {
    switch (step.do) {
      case 'claim':
        return model.claim(nowMs, LEASE_MS);
      case 'heartbeat':
        return model.heartbeat(attempt, nowMs, LEASE_MS);
      case 'fail':
        return model.fail(attempt, step.isFinal);
      case 'requeue':
        return model.requeue(nowMs);
      case 'complete':
      case 'release':
      case 'confirmCancelled':
        return model[step.do](attempt);
      case 'stepsDone':
        return model.stepsDone(attempt);
      case 'cancel':
        return model.cancel();
      case 'markSent':
      case 'wait':
        return undefined;
    }
  };
  const said = answer();
  const { status, failures, isCancelRequested, pendingSteps } = model;
  return { said, job: { status, attempt: model.attempt, failures, isCancelRequested, pendingSteps } };
}

function stateOf({ status, attempt, failures, isCancelRequested, pendingSteps }: Job): object {
  return { status, attempt, failures, isCancelRequested, pendingSteps: pendingSteps.length };
}

async function settle(job: Job, ledger: JobLedger, signal: AbortSignal): Promise<void> {
  if (isTerminal(job.status)) await ledger.settle(job as EndedJob, signal);
}

/** As if all went well from here on: whoever looks, finishes. */
async function drain(desk: JobDesk, { jobId }: JobOrder): Promise<void> {
  desk.clock.advance(LEASE_MS + 5_000);
  const answer = await desk.tryClaim(jobId);
  if (answer.kind !== 'claimed') return;
  const { attempt } = answer.job;
  await desk.store.complete({ jobId, attempt }, anOutcome({ resultKey: keyOf(attempt) }), desk.signal);
}
